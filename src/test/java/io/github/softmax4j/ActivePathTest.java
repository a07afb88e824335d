package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.ActivePath.Kind;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** That this JVM tests what the build started it for. */
class ActivePathTest {

  private final ActivePath path = ActivePath.get();

  @Test
  @EnabledIfSystemProperty(named = "test.path", matches = ".+")
  void isTheOneUnderTest() {
    String expected = System.getProperty("test.path").toUpperCase(Locale.ROOT);
    assertEquals(expected, path.kind().name(), path.reason());
  }

  @Test
  @EnabledIfSystemProperty(named = "test.maxBits", matches = ".+")
  void isNoWiderThanUnderTest() {
    int most = Integer.getInteger("test.maxBits");
    assertTrue(path.vectorBits() <= most, () -> path + " under " + most + " bits");
  }

  @Test
  @EnabledIfSystemProperty(named = "softmax4j.vectorBits", matches = ".+")
  void isAsWideAsAsked() {
    assertEquals(Integer.getInteger("softmax4j.vectorBits"), path.vectorBits());
  }

  @Test
  void saysWhatItIs() {
    assertEquals(path.lanes() * Float.SIZE, path.vectorBits());
    assertEquals(path.kind() == Kind.SCALAR, path.lanes() == 1);
    assertEquals(1, Integer.bitCount(path.lanes()), "lanes are a power of 2");
    assertFalse(path.reason().isBlank());
  }
}
