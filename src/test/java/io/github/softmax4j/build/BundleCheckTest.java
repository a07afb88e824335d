package io.github.softmax4j.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Maven Central would refuse is found in a bundle. */
class BundleCheckTest {

  private static final String POM =
      """
      <project>
        <groupId>a.b</groupId>
        <artifactId>c</artifactId>
        <version>1</version>
        <name>c</name>
        <description>c</description>
        <url>https://c.example</url>
        <licenses><license><name>l</name><url>https://l.example</url></license></licenses>
        <developers><developer><name>d</name></developer></developers>
        <scm>
          <url>https://s.example</url>
          <connection>scm:git:s</connection>
          <developerConnection>scm:git:d</developerConnection>
        </scm>
      </project>
      """;

  private static final String START = "a/b/c/1/c-1";

  private static Map<String, byte[]> bundle(String pom) {
    Map<String, byte[]> files = new TreeMap<>();
    for (String ending : List.of(".pom", ".jar", "-sources.jar", "-javadoc.jar")) {
      byte[] file = bytes(ending.equals(".pom") ? pom : ending);
      files.put(START + ending, file);
      files.put(START + ending + ".md5", bytes(BundleCheck.digest("MD5", file)));
      files.put(START + ending + ".sha1", bytes(BundleCheck.digest("SHA-1", file)));
      files.put(START + ending + ".asc", file);
    }
    return files;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Here a file is its own signature. */
  private static List<String> complaints(Map<String, byte[]> files) {
    return BundleCheck.complaints(files, Arrays::equals);
  }

  @Test
  void completeBundle() {
    assertEquals(List.of(), complaints(bundle(POM)));
  }

  @ParameterizedTest
  @ValueSource(strings = {".jar", "-sources.jar", "-javadoc.jar"})
  void artifactIsMissing(String ending) {
    Map<String, byte[]> files = bundle(POM);
    files.remove(START + ending);
    assertEquals(List.of("missing: " + START + ending), complaints(files));
  }

  @ParameterizedTest
  @ValueSource(strings = {".pom.md5", ".jar.sha1", "-sources.jar.asc", "-javadoc.jar.md5"})
  void companionIsMissingOrWrong(String ending) {
    List<String> expected = List.of("missing or wrong: " + START + ending);
    Map<String, byte[]> files = bundle(POM);
    files.put(START + ending, bytes("0"));
    assertEquals(expected, complaints(files));
    files.remove(START + ending);
    assertEquals(expected, complaints(files));
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "description", "connection", "developerConnection"})
  void fieldIsMissing(String field) {
    String pom = POM.replaceFirst("<%1$s>[^<]*</%1$s>".formatted(field), "");
    List<String> complaints = complaints(bundle(pom));
    assertEquals(1, complaints.size(), complaints::toString);
    assertTrue(complaints.getFirst().endsWith(field), complaints::toString);
  }

  @Test
  void snapshot() {
    Map<String, byte[]> files = bundle(POM.replace(">1<", ">1-SNAPSHOT<"));
    assertEquals("a snapshot: 1-SNAPSHOT", complaints(files).getFirst());
  }

  @Test
  void noPom() {
    assertEquals(List.of("POMs: []"), complaints(Map.of()));
  }
}
