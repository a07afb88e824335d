package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ModeTest {

  private static final List<Operation> OPERATIONS = List.of(Operation.values());
  private static final List<Shape> SHAPES = List.of(new Shape(1, 2), new Shape(3, 4));
  private static final List<Variant> VARIANTS = List.of(Variant.SCALAR, Variant.AVX2);

  @Test
  void everyCombinationRunsAndVariantsFollowEachOther() {
    List<Case> cases = Mode.FULL.cases(OPERATIONS, SHAPES, VARIANTS);
    assertEquals(OPERATIONS.size() * 2 * 2, Set.copyOf(cases).size());
    assertEquals(new Case(Operation.SOFTMAX, SHAPES.get(0), Variant.SCALAR), cases.get(0));
    assertEquals(new Case(Operation.SOFTMAX, SHAPES.get(0), Variant.AVX2), cases.get(1));
  }

  @Test
  void smokeMeetsEachOperationShapeAndVariantInFewCases() {
    List<Case> cases = Mode.SMOKE.cases(OPERATIONS, SHAPES, VARIANTS);
    assertEquals(OPERATIONS.size() * 2, cases.size());
    for (Variant variant : VARIANTS) {
      List<Case> ofVariant = cases.stream().filter(c -> c.variant() == variant).toList();
      assertEquals(
          Set.copyOf(OPERATIONS),
          ofVariant.stream().map(Case::operation).collect(Collectors.toSet()));
      assertEquals(
          Set.copyOf(SHAPES), ofVariant.stream().map(Case::shape).collect(Collectors.toSet()));
    }
  }

  @Test
  void smokeMeetsAClassAxisInTheMiddle() {
    assertFalse(Mode.SMOKE.shapes().stream().allMatch(Shape::isContiguous));
    assertTrue(Mode.SMOKE.shapes().containsAll(Mode.QUICK.shapes()));
    assertTrue(Mode.QUICK.shapes().stream().allMatch(Shape::isContiguous));
  }

  @Test
  void pairsOfUsesFollowEachOther() {
    List<Case> pairs = MixedCommand.pairs(Mode.QUICK.cases(OPERATIONS, SHAPES, VARIANTS));
    Case first = new Case(Operation.SOFTMAX, SHAPES.get(0), Variant.SCALAR);
    assertEquals(OPERATIONS.size() * 2 * 2 * 2, Set.copyOf(pairs).size());
    assertEquals(first.after(PriorUse.ISOLATED), pairs.get(0));
    assertEquals(first.after(PriorUse.MIXED), pairs.get(1));
  }

  @Test
  void pairsOfPlacementsFollowEachOther() {
    List<Case> pairs = InPlaceCommand.pairs(Mode.QUICK.cases(OPERATIONS, SHAPES, VARIANTS));
    Case first = new Case(Operation.SOFTMAX, SHAPES.get(0), Variant.SCALAR);
    assertEquals(OPERATIONS.size() * 2 * 2 * 2, Set.copyOf(pairs).size());
    assertEquals(first.with(Placement.COPIED), pairs.get(0));
    assertEquals(first.with(Placement.IN_PLACE), pairs.get(1));
  }

  @Test
  void quickFitsIntoFiveMinutesOnAMachineWithThreeVariants() {
    int cases = Mode.QUICK.operations().size() * Mode.QUICK.shapes().size() * 3;
    Duration expected = Mode.QUICK.expectedTimePerCase(PriorUse.USUAL).multipliedBy(cases);
    assertTrue(expected.compareTo(Duration.ofMinutes(5)) < 0, expected::toString);
  }
}
