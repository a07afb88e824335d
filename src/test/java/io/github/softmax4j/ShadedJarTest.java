package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
          <executions>%s%s%s</executions>
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
          %2$s
        </configuration>
      </execution>
      """;

  private static final String MINIMIZED = "<minimizeJar>true</minimizeJar>";

  private static final String KEPT =
      """
      <filters><filter>
        <artifact>io.github.softmax4j:softmax4j</artifact>
        <includes><include>**</include></includes>
      </filter></filters>
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
        APP.formatted(
            EXECUTION.formatted("plain", ""),
            EXECUTION.formatted("minimized", MINIMIZED),
            EXECUTION.formatted("kept", MINIMIZED + KEPT));
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
            "-Dmaven.test.skip=true",
            "-f",
            folder.toString(),
            "package");
    assertEquals(0, result.exit(), result::out);
  }

  private static void write(Path target, String name, String text) throws IOException {
    Files.writeString(target.resolve(name), text);
  }

  private static Jvm.Result run(String classifier) throws Exception {
    Path jar = folder.resolve("app/target/app-1-" + classifier + ".jar");
    return Jvm.runJar(jar, Consumer.MAIN, Jvm.VECTOR_MODULE);
  }

  @Test
  void plain() throws Exception {
    Consumer.assertRan("VECTOR", "Vector API", run("plain"));
  }

  /** The tool does not see classes that are found by their names. */
  @Test
  void minimizedRunsOnTheScalarPath() throws Exception {
    Jvm.Result result = run("minimized");
    Consumer.assertRan("SCALAR", "io.github.softmax4j.internal.vector.**", result);
    assertEquals(1, result.linesWith("slow scalar path"), result.err());
  }

  @Test
  void minimizedButForTheLibrary() throws Exception {
    Consumer.assertRan("VECTOR", "Vector API", run("kept"));
  }
}
