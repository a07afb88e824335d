package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes the table and the chart from a file of results. */
final class Report {

  private Report() {}

  static void write(Path resultsJson, Path directory, PrintStream out) throws IOException {
    Results results = Results.read(resultsJson);
    Path beside = resultsJson.toAbsolutePath().getParent();
    boolean comparesUses = MixedReport.canShow(results);
    String markdown =
        comparesUses
            ? new MixedReport(Environment.read(beside), results).toString()
            : new MarkdownReport(Environment.read(beside), results, Ceiling.read(beside))
                .toString();
    Files.createDirectories(directory);
    Path table = directory.resolve("results.md");
    Files.writeString(table, markdown);
    out.println();
    out.println(markdown);
    out.println("Figures: " + resultsJson);
    out.println("Tables: " + table);
    if (!comparesUses) {
      out.println(SpeedupChart.write(results, directory.resolve("results.svg")));
    }
  }
}
