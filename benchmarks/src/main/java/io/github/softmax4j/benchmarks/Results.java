package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.softmax4j.cli.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * All measurements of a run, as read from JMH's JSON file and, beside it, that of a native program.
 *
 * @param entries one for each time that a case was measured, in the order in which it was
 * @param measurements one for each case, of all its rounds
 */
record Results(List<Measurement> entries, List<Measurement> measurements) {
  private static final String UNIT = "ns/op";
  private static final String ALLOCATION = "gc.alloc.rate.norm";

  static Results read(Path jmhJson) throws IOException {
    List<Measurement> entries = new ArrayList<>();
    try {
      Json.read(jmhJson, JsonNode.class).forEach(result -> entries.add(measurement(result)));
    } catch (IllegalArgumentException e) {
      throw new RunFailedException(jmhJson + " holds no results: " + e.getMessage());
    }
    if (entries.isEmpty()) {
      throw new RunFailedException(jmhJson + " holds no results.");
    }
    Path nativeTimes = jmhJson.resolveSibling(CaseSeries.NATIVE);
    if (Files.exists(nativeTimes)) {
      Stream.of(Json.read(nativeTimes, NativeTime[].class))
          .map(NativeTime::measurement)
          .forEach(entries::add);
    }
    return ofEntries(entries);
  }

  static Results ofEntries(List<Measurement> entries) {
    Map<Case, Measurement> ofCases = new LinkedHashMap<>();
    entries.forEach(entry -> ofCases.merge(entry.benchmarkCase(), entry, Measurement::and));
    return new Results(entries, List.copyOf(ofCases.values()));
  }

  /** What was measured of a case in each round. */
  List<Measurement> rounds(Case benchmarkCase) {
    return entries.stream().filter(m -> m.benchmarkCase().equals(benchmarkCase)).toList();
  }

  Optional<Measurement> of(Case benchmarkCase) {
    return measurements.stream().filter(m -> m.benchmarkCase().equals(benchmarkCase)).findFirst();
  }

  /** Whether the iterations of a round agree, of most rounds at least. */
  boolean isReliable(Case benchmarkCase) {
    List<Measurement> rounds = rounds(benchmarkCase);
    return rounds.isEmpty() || Stats.median(rounds, Measurement::spread) <= Measurement.WIDE_SPREAD;
  }

  /** How much faster than the scalar path this case is; empty unless both were measured. */
  Optional<Double> speedUp(Case benchmarkCase) {
    return of(benchmarkCase)
        .flatMap(m -> of(scalar(benchmarkCase)).map(baseline -> m.speedUpOver(baseline)));
  }

  boolean hasReliableSpeedUp(Case benchmarkCase) {
    return isReliable(benchmarkCase) && isReliable(scalar(benchmarkCase));
  }

  private static Case scalar(Case benchmarkCase) {
    return benchmarkCase.in(Variant.SCALAR);
  }

  /** Those of plain cases. */
  List<Operation> operations() {
    return distinct(Case::isPlain, Case::operation);
  }

  /** The shapes on which this operation was measured in plain cases. */
  List<Shape> shapes(Operation operation) {
    return distinct(c -> c.isPlain() && c.operation() == operation, Case::shape);
  }

  List<Variant> variants() {
    return distinct(c -> !c.variant().isNative(), Case::variant);
  }

  /** Those with vectors. */
  List<Variant> vectorVariants() {
    return variants().stream().filter(variant -> variant != Variant.SCALAR).toList();
  }

  private <T> List<T> distinct(Predicate<Case> isWanted, Function<Case, T> part) {
    return measurements.stream()
        .map(Measurement::benchmarkCase)
        .filter(isWanted)
        .map(part)
        .distinct()
        .toList();
  }

  private static Measurement measurement(JsonNode result) {
    JsonNode time = result.path("primaryMetric");
    if (!time.path("scoreUnit").asText().equals(UNIT)) {
      throw new IllegalArgumentException("a result is not in " + UNIT);
    }
    JsonNode params = result.path("params");
    Case benchmarkCase =
        new Case(
            operation(result, params),
            Shape.parse(params.path("shape").asText()),
            Variant.valueOf(params.path("variant").asText()),
            Case.PriorUse.valueOf(params.path("use").asText()),
            Case.Placement.valueOf(params.path("placement").asText()));
    TimeValue iterationTime = TimeValue.fromString(result.path("measurementTime").asText());
    return new Measurement(
        benchmarkCase,
        iterationTime.convertTo(TimeUnit.NANOSECONDS),
        rawData(time),
        rawData(result.path("secondaryMetrics").path(ALLOCATION)));
  }

  /** Results of revisions with a method for each operation have no such parameter. */
  private static Operation operation(JsonNode result, JsonNode params) {
    String benchmark = result.path("benchmark").asText();
    return params.has("operation")
        ? Operation.valueOf(params.path("operation").asText())
        : Operation.ofMethod(benchmark.substring(benchmark.lastIndexOf('.') + 1));
  }

  /** JMH nests the iterations in forks. */
  private static double[] rawData(JsonNode metric) {
    return StreamSupport.stream(metric.path("rawData").spliterator(), false)
        .flatMap(fork -> StreamSupport.stream(fork.spliterator(), false))
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }
}
