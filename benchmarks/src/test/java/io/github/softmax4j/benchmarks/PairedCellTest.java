package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairedCellTest {

  @Test
  void namesTellCellsApart() {
    List<String> names = PairedCell.all().stream().map(PairedCell::name).toList();
    assertEquals(names.size(), new HashSet<>(names).size());
    for (PairedCell cell : PairedCell.all()) {
      assertEquals(cell, PairedCell.ofName(cell.name()));
    }
    assertThrows(IllegalArgumentException.class, () -> PairedCell.ofName("nothing"));
  }

  /** On small arrays: a driver against itself, with results that are numbers. */
  @Test
  void everyCellHasACall() throws Exception {
    Driver driver = new FlatDriver();
    for (PairedCell cell : PairedCell.all()) {
      Shape small = cell.shape().isContiguous() ? new Shape(4, 5) : new Shape(2, 5, 3);
      Data data = new PairedCell(cell.operation(), small, cell.inPlace()).data();
      PairedCalls calls = PairedCalls.of(cell.operation(), data, driver, driver);
      assertEquals("", calls.problem(), cell::name);
      assertTrue(calls.sameBits(), cell::name);
      assertFalse(Double.isNaN(calls.tree().run()), cell::name);
    }
  }
}
