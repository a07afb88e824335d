package io.github.softmax4j.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How wide the vectors of both builds are. */
enum PairedWidth {
  AVX512("avx512", 512),
  AVX2("avx2", 256, "-XX:+IgnoreUnrecognizedVMOptions", "-XX:UseAVX=2") {
    @Override
    Map<String, String> environment() {
      return Map.of(
          "MKL_ENABLE_INSTRUCTIONS", "AVX2",
          "OPENBLAS_CORETYPE", "Haswell",
          "ATEN_CPU_CAPABILITY", "avx2",
          "ONEDNN_MAX_CPU_ISA", "AVX2");
    }
  },
  BITS_128("128", 128, "-XX:MaxVectorSize=16"),
  SCALAR("scalar", 32, "-Dsoftmax4j.path=scalar");

  private final String label;
  private final int bits;
  private final List<String> flags;

  PairedWidth(String label, int bits, String... flags) {
    this.label = label;
    this.bits = bits;
    this.flags =
        Stream.concat(Stream.of("--add-modules=jdk.incubator.vector"), Stream.of(flags)).toList();
  }

  static PairedWidth parse(String text) {
    return Arrays.stream(values())
        .filter(width -> width.label.equalsIgnoreCase(text.trim()))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(text + " is no width; there are " + labels()));
  }

  private static String labels() {
    return Arrays.stream(values()).map(PairedWidth::label).collect(Collectors.joining(", "));
  }

  String label() {
    return label;
  }

  int bits() {
    return bits;
  }

  List<String> flags() {
    return flags;
  }

  /** Variables by which native libraries are held to this width, too. */
  Map<String, String> environment() {
    return Map.of();
  }

  /** Whether JVMs with these flags run vectors as wide as that on this machine. */
  boolean isHere() {
    return Probe.pathWith(flags).filter(path -> path.vectorBits() == bits).isPresent();
  }
}
