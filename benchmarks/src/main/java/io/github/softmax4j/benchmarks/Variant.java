package io.github.softmax4j.benchmarks;

import io.github.softmax4j.ActivePath.Kind;
import java.util.Arrays;
import java.util.List;

/** A way to run the library: JVM flags, and the path that they must lead to. */
public enum Variant {
  /** The fallback, as a program without the Vector API has it. */
  SCALAR("scalar", Kind.SCALAR, 32, "-Dsoftmax4j.path=scalar"),
  /** 256-bit vectors, also on a CPU that has wider ones. */
  AVX2("AVX2", Kind.VECTOR, 256, "--add-modules=jdk.incubator.vector", "-XX:UseAVX=2"),
  /** 512-bit vectors. */
  AVX512("AVX-512", Kind.VECTOR, 512, "--add-modules=jdk.incubator.vector"),
  /** The widest vectors of a CPU that is not x86, however wide these are. */
  VECTOR("vector", Kind.VECTOR, Variant.ANY_WIDTH, "--add-modules=jdk.incubator.vector");

  private static final int ANY_WIDTH = 0;

  private final String label;
  private final Kind kind;
  private final int vectorBits;
  private final List<String> flags;

  Variant(String label, Kind kind, int vectorBits, String... flags) {
    this.label = label;
    this.kind = kind;
    this.vectorBits = vectorBits;
    this.flags = List.of(flags);
  }

  /** Those that can exist on this architecture; whether this CPU has them, {@link Probe} finds. */
  static List<Variant> candidates(String osArch) {
    boolean x86 = osArch.equals("amd64") || osArch.equals("x86_64");
    return Arrays.stream(values()).filter(v -> v == SCALAR || (v == VECTOR) != x86).toList();
  }

  String label() {
    return label;
  }

  List<String> flags() {
    return flags;
  }

  boolean isWhatRuns(JvmPath path) {
    return path.kind() == kind && (vectorBits == ANY_WIDTH || path.vectorBits() == vectorBits);
  }

  /** Fails in a JVM in which something else than this variant would be timed. */
  void require(JvmPath path) {
    if (!isWhatRuns(path)) {
      throw new IllegalStateException("this JVM should run " + label + " but runs " + path);
    }
  }
}
