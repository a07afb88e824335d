package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.softmax4j.ActivePath.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class VariantTest {

  private static final JvmPath SCALAR = new JvmPath(Kind.SCALAR, 32, 1, "");
  private static final JvmPath BITS_128 = new JvmPath(Kind.VECTOR, 128, 4, "");
  private static final JvmPath BITS_256 = new JvmPath(Kind.VECTOR, 256, 8, "");
  private static final JvmPath BITS_512 = new JvmPath(Kind.VECTOR, 512, 16, "");

  @Test
  void dependOnTheArchitecture() {
    assertEquals(
        List.of(Variant.SCALAR, Variant.AVX2, Variant.AVX512), Variant.candidates("amd64"));
    assertEquals(List.of(Variant.SCALAR, Variant.VECTOR), Variant.candidates("aarch64"));
  }

  @Test
  void acceptTheirPathOnly() {
    assertDoesNotThrow(() -> Variant.SCALAR.require(SCALAR));
    assertDoesNotThrow(() -> Variant.AVX2.require(BITS_256));
    assertDoesNotThrow(() -> Variant.AVX512.require(BITS_512));
    assertDoesNotThrow(() -> Variant.VECTOR.require(BITS_128));
    assertThrows(IllegalStateException.class, () -> Variant.SCALAR.require(BITS_256));
    assertThrows(IllegalStateException.class, () -> Variant.AVX2.require(BITS_512));
    assertThrows(IllegalStateException.class, () -> Variant.AVX512.require(BITS_256));
    assertThrows(IllegalStateException.class, () -> Variant.VECTOR.require(SCALAR));
  }
}
