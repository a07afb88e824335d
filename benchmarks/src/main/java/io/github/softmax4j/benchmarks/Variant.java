package io.github.softmax4j.benchmarks;

import io.github.softmax4j.ActivePath;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A way to run the library: JVM flags, and the width of the vectors that they must lead to. */
enum Variant {
  /** The fallback, as a program without the Vector API has it. */
  SCALAR("scalar", Variant.SCALAR_BITS, "-Dsoftmax4j.path=scalar"),
  BITS_128("128", 128, Variant.MODULE, "-XX:MaxVectorSize=16"),
  /** 256-bit vectors, also on a CPU that has wider ones. */
  AVX2("AVX2", 256, Variant.MODULE, "-XX:UseAVX=2") {
    @Override
    Map<String, String> environment() {
      return Map.of(
          "MKL_ENABLE_INSTRUCTIONS", "AVX2",
          "OPENBLAS_CORETYPE", "Haswell",
          "ATEN_CPU_CAPABILITY", "avx2",
          "ONEDNN_MAX_CPU_ISA", "AVX2");
    }
  },
  AVX512("AVX-512", 512, Variant.MODULE),
  /** The widest vectors of a CPU that is not x86, however wide these are. */
  VECTOR("vector", Variant.ANY_BITS, Variant.MODULE),
  /** Native code, by a {@link NativeProgram}. */
  NATIVE_AVX2("native AVX2", 256),
  NATIVE_AVX512("native AVX-512", 512);

  private static final String MODULE = "--add-modules=jdk.incubator.vector";
  private static final int SCALAR_BITS = 32;
  private static final int ANY_BITS = 0;

  private final String label;
  private final int bits;
  private final List<String> flags;

  Variant(String label, int bits, String... flags) {
    this.label = label;
    this.bits = bits;
    this.flags = List.of(flags);
  }

  /** Those of benchmarks on this architecture; whether this CPU has them, {@link #lanes} finds. */
  static List<Variant> candidates(String osArch) {
    return osArch.equals("amd64") || osArch.equals("x86_64")
        ? List.of(SCALAR, AVX2, AVX512)
        : List.of(SCALAR, VECTOR);
  }

  /** The variant of this {@link #id}. */
  static Variant parse(String id) {
    return Stream.of(values())
        .filter(variant -> !variant.isNative() && variant.id().equalsIgnoreCase(id.strip()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(id + " is no width"));
  }

  String label() {
    return label;
  }

  /** As it is written in options and names of files. */
  String id() {
    return label.replace("-", "").toLowerCase(Locale.ROOT);
  }

  List<String> flags() {
    return flags;
  }

  boolean isNative() {
    return flags.isEmpty();
  }

  /** Native code of the same width; empty if there is none to compare with. */
  Optional<Variant> nativeCounterpart() {
    return switch (this) {
      case AVX2 -> Optional.of(NATIVE_AVX2);
      case AVX512 -> Optional.of(NATIVE_AVX512);
      default -> Optional.empty();
    };
  }

  /** Variables by which native libraries are held to this width, too. */
  Map<String, String> environment() {
    return Map.of();
  }

  boolean isWhatRuns(int vectorBits) {
    return bits == ANY_BITS ? vectorBits > SCALAR_BITS : vectorBits == bits;
  }

  /** Fails in a JVM in which something else than this variant would be timed. */
  void require(int vectorBits) {
    if (!isWhatRuns(vectorBits)) {
      throw new IllegalStateException(
          "this JVM should run " + label + " but has vectors of " + vectorBits + " bits");
    }
  }

  /**
   * The lanes of vectors on this machine, by starting a JVM: what the CPU has and what the JVM
   * makes of it can differ. Empty if it does not start with these flags, or runs something else.
   */
  Optional<Integer> lanes() throws IOException {
    return ChildJvm.of(flags).run(Probe.class, Found.class).answers().stream()
        .filter(found -> isWhatRuns(found.vectorBits()))
        .map(Found::lanes)
        .findFirst();
  }

  private record Found(int vectorBits, int lanes) {}

  /** Runs in the JVM that is asked. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] args) throws IOException {
      ActivePath path = ActivePath.get();
      ChildJvm.answer(args, new Found(path.vectorBits(), path.lanes()));
    }
  }
}
