package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.cli.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CaseOrderTest {
  private static final List<Operation> OPERATIONS = List.copyOf(Mode.USUAL);
  private static final List<Shape> SHAPES = List.of(new Shape(1, 2), new Shape(3, 4));
  private static final List<Variant> VARIANTS = List.of(Variant.SCALAR, Variant.AVX2);
  private static final Case FIRST = new Case(OPERATIONS.get(0), SHAPES.get(0), Variant.AVX2);

  @Test
  void everyCombinationRunsAndVariantsFollowEachOther() {
    List<Case> cases = Mode.FULL.cases(OPERATIONS, SHAPES, VARIANTS);
    assertEquals(OPERATIONS.size() * 2 * 2, Set.copyOf(cases).size());
    assertEquals(FIRST.in(Variant.SCALAR), cases.get(0));
    assertEquals(FIRST, cases.get(1));
  }

  @Test
  void smokeMeetsEachOperationShapeAndVariantInFewCases() {
    List<Case> cases = Mode.SMOKE.cases(OPERATIONS, SHAPES, VARIANTS);
    assertEquals(OPERATIONS.size() * 2, cases.size());
    assertEquals(Set.copyOf(OPERATIONS), distinct(cases, Case::operation));
    assertEquals(Set.copyOf(SHAPES), distinct(cases, Case::shape));
    assertEquals(Set.copyOf(VARIANTS), distinct(cases, Case::variant));
  }

  @Test
  void quickFitsIntoFiveMinutesOnAMachineWithThreeVariants() {
    int cases = Mode.QUICK.operations().size() * 7 * 3;
    Duration expected = Mode.QUICK.expectedTimePerCase(Case.PriorUse.USUAL).multipliedBy(cases);
    assertTrue(expected.compareTo(Duration.ofMinutes(5)) < 0, expected::toString);
  }

  @Test
  void bothOfAPairFollowEachOther() {
    assertEquals(
        List.of(FIRST.after(Case.PriorUse.ISOLATED), FIRST.after(Case.PriorUse.MIXED)),
        Pairing.MIXED.inTurns(FIRST));
    assertEquals(
        List.of(FIRST.with(Case.Placement.COPIED), FIRST.with(Case.Placement.IN_PLACE)),
        Pairing.IN_PLACE.inTurns(FIRST));
    Case image = FIRST.on(new Shape(3, 4, 5));
    assertEquals(List.of(FIRST.on(new Shape(15, 4)), image), Pairing.MIDDLE_AXIS.inTurns(image));
    assertEquals(
        List.of(FIRST.of(Operation.LOSS_AND_GRADIENT), FIRST.of(Operation.LADEN_LOSS_AND_GRADIENT)),
        Pairing.OPTIONS.inTurns(FIRST));
    Case nativeCase = FIRST.in(Variant.NATIVE_AVX2);
    assertEquals(List.of(nativeCase, FIRST, nativeCase), Pairing.CEILING.inTurns(FIRST));
  }

  @Test
  void roundsAreOfShapesAndKeepPairsTogether() {
    Case loss = FIRST.of(Operation.LOSS);
    Case other = FIRST.on(SHAPES.get(1));
    List<List<Case>> groups = List.of(List.of(FIRST, loss), List.of(other), List.of(loss));
    assertEquals(
        List.of(FIRST, loss, loss, FIRST, loss, loss, other, other),
        CaseOptions.inRounds(groups, 2));
  }

  @Test
  void variantsDependOnTheArchitectureAndHaveNames() {
    assertEquals(
        List.of(Variant.SCALAR, Variant.AVX2, Variant.AVX512), Variant.candidates("amd64"));
    assertEquals(List.of(Variant.SCALAR, Variant.VECTOR), Variant.candidates("aarch64"));
    assertEquals(Variant.AVX512, Variant.parse("avx512"));
    assertEquals(Variant.BITS_128, Variant.parse("128"));
    assertThrows(IllegalArgumentException.class, () -> Variant.parse("avx3"));
  }

  @Test
  void variantsAcceptTheirPathOnly() {
    assertDoesNotThrow(() -> Variant.SCALAR.require(32));
    assertDoesNotThrow(() -> Variant.AVX2.require(256));
    assertDoesNotThrow(() -> Variant.VECTOR.require(128));
    assertThrows(IllegalStateException.class, () -> Variant.AVX2.require(512));
    assertThrows(IllegalStateException.class, () -> Variant.VECTOR.require(32));
  }

  private static <T> Set<T> distinct(List<Case> cases, Function<Case, T> part) {
    return cases.stream().map(part).collect(Collectors.toSet());
  }
}
