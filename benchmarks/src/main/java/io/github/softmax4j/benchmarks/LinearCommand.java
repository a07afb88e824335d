package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The subcommand {@code linear}. */
@Command(
    name = "linear",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Times the products of the linear layer beside MKL, OpenBLAS and a pure Java BLAS, on one"
          + " thread, and beside the limits of the machine: ten minutes. Downloads 200 MB at first."
    })
final class LinearCommand extends ContestCommand {
  private static final String YOUNG_PEER = "vectorblas";
  private static final int SECOND = 1000;

  @Option(
      names = "--shapes",
      split = ",",
      defaultValue =
          "256x512x1000,512x1024x4096,64x4096x32000,"
              + "100x300x1000,33x129x257,7x64x10,1000x784x10,128x784x10,"
              + "1x4096x32000,4x4096x32000",
      paramLabel = "<rows>x<features>x<classes>",
      description = "Other shapes than ${DEFAULT-VALUE}.")
  private List<LinearShape> shapes;

  @Option(
      names = "--young",
      paramLabel = "<number>",
      description = "JVMs whose first second is looked at; by default 3, with full 7.")
  private Integer young;

  LinearCommand() {
    super(
        Contest.LINEAR,
        2,
        Stream.of(LinearOperation.values()).map(LinearOperation::methodName).toList(),
        List.of("33x129x257", "1x129x257"),
        LinearLimits.class);
  }

  @Override
  List<?> shapes() {
    return shapes;
  }

  /** In turns, so that what the machine does meets all of them. */
  @Override
  void measureMore(List<Variant> widths, List<PeerSide> sides, PeerResults results)
      throws IOException {
    List<PeerSide> both = new ArrayList<>();
    both.add(new PeerSide(ownModule(), YoungJvm.OURS, LinearPeer.class));
    sides.stream().filter(side -> side.name().equals(YOUNG_PEER)).forEach(both::add);
    int slots = mode() == Mode.SMOKE ? 1 : SECOND / YoungJvm.SLOT_MILLIS;
    for (int round = 1; round <= youngJvms(); round++) {
      for (Variant width : widths) {
        for (PeerSide side : both) {
          System.out.printf("%s, young JVM %d with %s%n", width.id(), round, side.name());
          results.young().add(YoungJvm.measure(width, side, slots));
        }
      }
    }
  }

  private int youngJvms() {
    if (young != null) {
      return young;
    }
    return switch (mode()) {
      case SMOKE -> 1;
      case QUICK -> 3;
      case FULL -> 7;
    };
  }
}
