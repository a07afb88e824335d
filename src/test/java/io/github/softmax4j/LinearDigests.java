package io.github.softmax4j;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The products of a linear layer, whose bits are the same on every path and at every width. */
final class LinearDigests {

  private static final List<LinearData> DATA =
      List.of(
          LinearData.GAUSSIAN,
          LinearData.WIDE,
          LinearData.CANCELS_IN_PAIRS,
          LinearData.SUBNORMAL,
          LinearData.SPRINKLED);

  private LinearDigests() {}

  static Stream<DigestCase> cases() {
    return Arrays.stream(LinearOperation.values())
        .flatMap(
            operation ->
                DATA.stream()
                    .map(
                        data ->
                            DigestCase.of(
                                "linear %s %s".formatted(operation, data),
                                digest -> addAll(operation, data, digest))));
  }

  private static void addAll(LinearOperation operation, LinearData data, Digest digest) {
    Stream.concat(LinearSizes.few().stream(), Stream.of(new int[] {241, 259, 49}))
        .forEach(s -> digest.add(operation.run(LinearProblem.of(data, s[0], s[1], s[2]))));
  }
}
