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
    String markdown = markdown(results, beside);
    Files.createDirectories(directory);
    Path table = directory.resolve("results.md");
    Files.writeString(table, markdown);
    out.println();
    out.println(markdown);
    out.println("Figures: " + resultsJson);
    out.println("Tables: " + table);
    if (!comparesKinds(results)) {
      out.println(SpeedupChart.write(results, directory.resolve("results.svg")));
    }
  }

  private static String markdown(Results results, Path beside) throws IOException {
    Environment environment = Environment.read(beside);
    if (MixedReport.canShow(results)) {
      return new MixedReport(environment, results).toString();
    }
    return InPlaceReport.canShow(results)
        ? new InPlaceReport(environment, results).toString()
        : new MarkdownReport(environment, results, Ceiling.read(beside)).toString();
  }

  /** Of such results there are pairs to compare, but no speed-ups. */
  private static boolean comparesKinds(Results results) {
    return MixedReport.canShow(results) || InPlaceReport.canShow(results);
  }
}
