package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * All measurements of a run, as read from JMH's JSON file.
 *
 * @param entries one for each time that JMH measured a case, in the order in which it did
 * @param measurements one for each case, of all its rounds
 */
record Results(List<Measurement> entries, List<Measurement> measurements) {

  private static final String UNIT = "ns/op";
  private static final String ALLOCATION = "gc.alloc.rate.norm";

  static Results read(Path jmhJson) throws IOException {
    List<Measurement> entries = new ArrayList<>();
    for (JsonNode result : new ObjectMapper().readTree(jmhJson.toFile())) {
      entries.add(measurement(result));
    }
    if (entries.isEmpty()) {
      throw new IOException(jmhJson + " holds no results");
    }
    return ofEntries(entries);
  }

  static Results ofEntries(List<Measurement> entries) {
    return new Results(entries, merged(entries));
  }

  private static List<Measurement> merged(List<Measurement> entries) {
    Map<Case, Measurement> ofCases = new LinkedHashMap<>();
    entries.forEach(entry -> ofCases.merge(entry.benchmarkCase(), entry, Measurement::and));
    return List.copyOf(ofCases.values());
  }

  /** What was measured of a case in each round. */
  List<Measurement> rounds(Case benchmarkCase) {
    return entries.stream().filter(m -> m.benchmarkCase().equals(benchmarkCase)).toList();
  }

  /** How many times as long one case takes as the other; both must have been measured. */
  Ratio ratio(Case benchmarkCase, Case other) {
    return Ratio.of(rounds(benchmarkCase), rounds(other));
  }

  Optional<Measurement> of(Case benchmarkCase) {
    return measurements.stream().filter(m -> m.benchmarkCase().equals(benchmarkCase)).findFirst();
  }

  /** How much faster than the scalar path this case is; empty unless both were measured. */
  OptionalDouble speedUp(Case benchmarkCase) {
    Case scalar = new Case(benchmarkCase.operation(), benchmarkCase.shape(), Variant.SCALAR);
    Optional<Measurement> baseline = of(scalar);
    Optional<Measurement> measurement = of(benchmarkCase);
    return baseline.isPresent() && measurement.isPresent()
        ? OptionalDouble.of(measurement.get().speedUpOver(baseline.get()))
        : OptionalDouble.empty();
  }

  List<Operation> operations() {
    return distinct(Case::operation);
  }

  /** The shapes on which this operation was measured. */
  List<Shape> shapes(Operation operation) {
    return measurements.stream()
        .map(Measurement::benchmarkCase)
        .filter(c -> c.operation() == operation)
        .map(Case::shape)
        .distinct()
        .toList();
  }

  List<Variant> variants() {
    return distinct(Case::variant);
  }

  private <T> List<T> distinct(Function<Case, T> part) {
    return measurements.stream().map(m -> part.apply(m.benchmarkCase())).distinct().toList();
  }

  private static Measurement measurement(JsonNode result) throws IOException {
    JsonNode time = result.path("primaryMetric");
    if (!time.path("scoreUnit").asText().equals(UNIT)) {
      throw new IOException("a result is not in " + UNIT + ": " + time.path("scoreUnit"));
    }
    String benchmark = result.path("benchmark").asText();
    JsonNode params = result.path("params");
    Case benchmarkCase =
        new Case(
            Operation.ofMethod(benchmark.substring(benchmark.lastIndexOf('.') + 1)),
            Shape.parse(params.path("shape").asText()),
            Variant.valueOf(params.path("variant").asText()),
            // results from before there was a choice do not say
            PriorUse.valueOf(params.path("use").asText(PriorUse.USUAL.name())),
            Placement.valueOf(params.path("placement").asText(Placement.APART.name())));
    JsonNode allocation = result.path("secondaryMetrics").path(ALLOCATION);
    TimeValue iterationTime = TimeValue.fromString(result.path("measurementTime").asText());
    return new Measurement(
        benchmarkCase,
        iterationTime.convertTo(TimeUnit.NANOSECONDS),
        rawData(time),
        rawData(allocation));
  }

  /** JMH nests the iterations in forks. */
  private static double[] rawData(JsonNode metric) {
    return StreamSupport.stream(metric.path("rawData").spliterator(), false)
        .flatMap(fork -> StreamSupport.stream(fork.spliterator(), false))
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }
}
