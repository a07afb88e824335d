package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jars of maven-shade-plugin that hold a program and the library. */
@Tag("consumer")
class ShadedJarTest {

  private static final String MODULE =
      """
      <project>
        <modelVersion>4.0.0</modelVersion>
        <parent>
          <groupId>io.github.softmax4j</groupId>
          <artifactId>parent</artifactId>
          <version>1</version>
        </parent>
        <artifactId>%s</artifactId>
      %s
      </project>
      """;

  private static final String PARENT =
      """
      <project>
        <modelVersion>4.0.0</modelVersion>
        <groupId>io.github.softmax4j</groupId>
        <artifactId>parent</artifactId>
        <version>1</version>
        <packaging>pom</packaging>
        <modules><module>softmax4j</module><module>app</module></modules>
        <properties>
          <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
          <maven.compiler.release>25</maven.compiler.release>
        </properties>
        <build><pluginManagement><plugins>
          <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.1</version></plugin>
          <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.14.1</version></plugin>
          <plugin><artifactId>maven-surefire-plugin</artifactId><version>3.5.4</version></plugin>
          <plugin><artifactId>maven-jar-plugin</artifactId><version>3.3.0</version></plugin>
        </plugins></pluginManagement></build>
      </project>
      """;

  private static final String APP =
      """
        <dependencies><dependency>
          <groupId>io.github.softmax4j</groupId>
          <artifactId>softmax4j</artifactId>
          <version>1</version>
        </dependency></dependencies>
        <build><plugins><plugin>
          <artifactId>maven-shade-plugin</artifactId>
          <version>3.6.2</version>
          <configuration><shadedArtifactAttached>true</shadedArtifactAttached></configuration>
          <executions>%s%s</executions>
        </plugin></plugins></build>
      """;

  private static final String EXECUTION =
      """
      <execution>
        <id>%1$s</id>
        <phase>package</phase>
        <goals><goal>shade</goal></goals>
        <configuration>
          <shadedClassifierName>%1$s</shadedClassifierName>
          <minimizeJar>%2$s</minimizeJar>
        </configuration>
      </execution>
      """;

  @TempDir static Path folder;

  /** The library is a module of the project, so that no local repository gets it. */
  @BeforeAll
  @Timeout(300)
  static void build() throws Exception {
    String maven = System.getProperty("test.maven");
    assumeTrue(maven != null, "Maven is not named");
    Path app = Files.createDirectories(folder.resolve("app"));
    Path source = Files.createDirectories(app.resolve("src/main/java/app"));
    Path classes = folder.resolve("softmax4j/target/classes");
    SmallerJarTest.copyLibrary(classes, file -> true);
    String executions =
        APP.formatted(EXECUTION.formatted("plain", false), EXECUTION.formatted("minimized", true));
    write(folder, "pom.xml", PARENT);
    write(folder.resolve("softmax4j"), "pom.xml", MODULE.formatted("softmax4j", ""));
    write(app, "pom.xml", MODULE.formatted("app", executions));
    write(source, "Main.java", Consumer.SOURCE);
    Jvm.Result result =
        Jvm.command(
            4,
            Path.of(maven, "bin", "mvn").toString(),
            "-B",
            "-ntp",
            "-Dmaven.repo.local=" + System.getProperty("test.repository"),
            "-Dmaven.test.skip=true",
            "-f",
            folder.toString(),
            "package");
    assertEquals(0, result.exit(), result::out);
  }

  private static void write(Path target, String name, String text) throws IOException {
    Files.writeString(target.resolve(name), text);
  }

  private static Path jar(String classifier) {
    return folder.resolve("app/target/app-1-" + classifier + ".jar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "minimized"})
  void hasBothPaths(String classifier) throws Exception {
    Jvm.Result scalar = Jvm.runJar(jar(classifier), Consumer.MAIN);
    Consumer.assertRan("SCALAR", "--add-modules jdk.incubator.vector", scalar);
    Jvm.Result vector = Jvm.runJar(jar(classifier), Consumer.MAIN, Jvm.VECTOR_MODULE);
    Consumer.assertRan("VECTOR", "Vector API", vector);
    assertEquals(0, vector.linesWith("softmax4j"), vector.err());
  }

  @Test
  void minimizedIsSmaller() throws IOException {
    assertTrue(Files.size(jar("minimized")) < 0.9 * Files.size(jar("plain")));
  }
}
