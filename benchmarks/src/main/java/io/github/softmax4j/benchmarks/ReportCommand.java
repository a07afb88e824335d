package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The subcommand {@code report}. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description =
        "Makes the tables and the charts anew from a results.json, peers.json, linear.json or"
            + " fused.json.")
final class ReportCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "<results|peers|linear|fused>.json",
      description = "What a run has written.")
  private Path results;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "<directory>",
      description = "Where they go; by default beside the file.")
  private Path directory;

  @Override
  public Integer call() throws IOException {
    Path target = directory == null ? results.toAbsolutePath().getParent() : directory;
    if (Json.read(results, JsonNode.class).has("widths")) {
      PeerReport.write(Json.read(results, PeerResults.class), target, System.out);
    } else {
      Report.write(results, target, System.out);
    }
    return 0;
  }
}
