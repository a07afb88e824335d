package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The subcommand {@code peers}. */
@Command(
    name = "peers",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Times this library beside others that Java programs can use, in the same JVM in turns of a"
          + " millisecond, on one thread: 40 minutes, full four hours. Downloads what it needs of"
          + " them, up to 700 MB."
    })
final class PeersCommand extends ContestCommand {
  @Option(
      names = "--shapes",
      split = ",",
      defaultValue =
          "4096x3,4096x10,1024x100,256x1000,64x4096,16x32000,8x128256,1x1000,1x32000,1x128256,"
              + "2048x32000",
      paramLabel = "<rows>x<classes>",
      description = "Other shapes than ${DEFAULT-VALUE}.")
  private List<Shape> shapes;

  @Option(
      names = "--paths",
      paramLabel = "<results.json>",
      description =
          "Figures of scalar, AVX2 and AVX-512 by \"benchmarks/run\" to be part of the report.")
  private Path paths;

  PeersCommand() {
    super(Contest.PEERS, 1, operations(), List.of("64x100", "1x300"), null);
  }

  private static List<String> operations() {
    return Stream.concat(
            Mode.QUICK.operations().stream().map(Operation::methodName),
            Stream.of(Sampling.values()).map(Sampling::operation))
        .toList();
  }

  @Override
  List<?> shapes() {
    return shapes;
  }

  @Override
  void check() throws IOException {
    if (paths != null) {
      Results.read(paths);
    }
  }

  /** What an earlier run left would be taken for this one's. */
  @Override
  void measureMore(List<Variant> widths, List<PeerSide> sides, PeerResults results)
      throws IOException {
    if (results.isEmpty()) {
      return;
    }
    Path copy = Files.createDirectories(directory()).resolve(PeerReport.PATHS);
    if (paths == null) {
      Files.deleteIfExists(copy);
    } else if (!paths.toAbsolutePath().equals(copy.toAbsolutePath())) {
      Files.copy(paths, copy, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
