package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where the files of a run go. */
record RunFolder(Path directory) {

  /**
   * Makes the directory ready for a new run: what an earlier one left would be taken for its.
   *
   * @param how how thorough the run is, in words
   */
  void prepare(String how, Map<Variant, Integer> lanes) throws IOException {
    Files.createDirectories(directory);
    Files.deleteIfExists(resultsJson());
    Ceiling.delete(directory);
    Environment.ofThisMachine(how, lanes).write(directory);
  }

  Path resultsJson() {
    return directory.resolve("results.json");
  }
}
