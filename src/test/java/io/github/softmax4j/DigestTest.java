package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.softmax4j.internal.vector.CodeKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * That results have the bits they had: all operations and options, on both sides of every border
 * between kernels. A change of bits is a decision, and {@code -Ddigests.write=true} writes it down.
 */
class DigestTest {

  private static final boolean WRITES = Boolean.getBoolean("digests.write");
  private static final int MOST_LINES = 20;

  /** Cases whose bits depend on the path and the width of this JVM, and the file that has them. */
  private static final Group OF_THIS_JVM =
      new Group(
          DigestFile.ofThisJvm(),
          Stream.of(
                  OperationDigests.cases(),
                  LargeBatchDigests.cases(),
                  LossDigests.cases(),
                  MaskDigests.cases(),
                  PartialsDigests.cases(),
                  SelectionDigests.cases())
              .flatMap(cases -> cases)
              .toList());

  /** Cases whose bits are the same in every JVM. */
  private static final Group OF_EVERY_JVM =
      new Group(DigestFile.ofEveryJvm(), LinearDigests.cases().toList());

  private record Group(DigestFile file, List<DigestCase> cases) {

    @Override
    public String toString() {
      return file.toString();
    }
  }

  static Stream<Group> groups() {
    return Stream.of(OF_THIS_JVM, OF_EVERY_JVM);
  }

  /** Exponentials and logarithms in double are those of HotSpot's stubs for this architecture. */
  @BeforeEach
  void isOnX86() {
    boolean isX86 = Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
    assumeTrue(isX86, "the digests are those of x86-64");
  }

  @ParameterizedTest
  @MethodSource("groups")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void bitsAreThoseOfTheFile(Group group) {
    if (WRITES) {
      group.file.write(digests(group.cases));
      return;
    }
    Map<String, String> expected = group.file.read();
    List<DigestCase> cases =
        group.cases.stream().filter(c -> !(c.large() && isEmulated())).toList();
    List<String> changed = new ArrayList<>();
    digests(cases)
        .forEach(
            (name, digest) -> {
              if (!digest.equals(expected.getOrDefault(name, digest))) {
                changed.add("%s was %s, is %s".formatted(name, expected.get(name), digest));
              }
            });
    refuse(group, changed, "have other bits");
  }

  /** Plain Java that serves until vector code is compiled has its bits. */
  @Tag("slow")
  @ParameterizedTest
  @MethodSource("groups")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void bitsOfLanewiseCodeAreThoseOfTheFile(Group group) {
    assumeFalse(WRITES, "the file is being written");
    assumeTrue(ActivePath.get().kind() == ActivePath.Kind.VECTOR, "there are no vectors");
    CodeKind.LANEWISE.select();
    try {
      bitsAreThoseOfTheFile(group);
    } finally {
      CodeKind.VECTORS.select();
    }
  }

  @ParameterizedTest
  @MethodSource("groups")
  void fileHasAllCasesAndNoOther(Group group) {
    assumeFalse(WRITES, "the file is being written");
    Set<String> names = group.cases.stream().map(DigestCase::name).collect(Collectors.toSet());
    assertEquals(group.cases.size(), names.size(), "names are used twice");
    Set<String> inFile = group.file.read().keySet();
    refuse(group, without(names, inFile), "are not in the file");
    refuse(group, without(inFile, names), "in the file are no longer cases");
  }

  private static List<String> without(Set<String> some, Set<String> others) {
    Set<String> rest = new LinkedHashSet<>(some);
    rest.removeAll(others);
    return List.copyOf(rest);
  }

  private static void refuse(Group group, List<String> lines, String why) {
    if (!lines.isEmpty()) {
      fail(
          "%d of %d cases of %s %s. If that is intended, run this test with -Ddigests.write=true.%n%s"
              .formatted(
                  lines.size(),
                  group.cases.size(),
                  group.file,
                  why,
                  lines.stream().limit(MOST_LINES).collect(Collectors.joining("\n"))));
    }
  }

  private static Map<String, String> digests(List<DigestCase> cases) {
    Map<String, String> digests = new LinkedHashMap<>();
    for (DigestCase c : cases) {
      digests.put(c.name(), c.digest());
    }
    return digests;
  }

  /** Whether vectors are wider than this CPU has them, or this JVM is told to. */
  private static boolean isEmulated() {
    ActivePath path = ActivePath.get();
    return path.kind() == ActivePath.Kind.VECTOR
        && path.vectorBits() > VectorShape.preferredShape().vectorBitSize();
  }
}
