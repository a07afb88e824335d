package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * All figures of a run.
 *
 * @param base the commit that the working tree is compared with
 * @param widths in the order of the report
 * @param cells in the order of the report
 */
record PairedResults(
    Environment environment,
    String base,
    List<String> widths,
    List<String> cells,
    List<PairedSample> samples) {

  static PairedResults read(Path json) throws IOException {
    return new ObjectMapper().readValue(json.toFile(), PairedResults.class);
  }

  void write(Path json) throws IOException {
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), this);
  }

  PairedScore score(String width, String cell) {
    return PairedScore.of(samples, width, cell);
  }

  List<PairedScore> scores(String width) {
    return cells.stream().map(cell -> score(width, cell)).toList();
  }

  /** Of the cells that have figures. */
  double geometricMean(String width) {
    return PeerScores.geometricMean(
        scores(width).stream().filter(PairedScore::isMeasured).map(PairedScore::ratio).toList());
  }
}
