package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.Sampler;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SamplingWorkTest {
  private static final Shape ROW = new Shape(1, 300);

  /** Draws by other filters than it should, or takes a number that is off. */
  private record Draws(Sampling by, double shift) {
    Work.Finding beside(Sampling sampling) throws Exception {
      return beside(sampling, ROW);
    }

    Work.Finding beside(Sampling sampling, Shape shape) throws Exception {
      Sampler sampler = by.sampler();
      Draw draw =
          (logits, random) -> {
            long number = random.nextLong();
            return sampler.sample(
                logits, 0, logits.length, () -> number + (long) (shift * 0x1p63) * 2);
          };
      SamplingPeer peer =
          new SamplingPeer("test", "") {
            @Override
            public Map<String, Draw> draws(Sampling wanted, int classes) {
              return Map.of("", draw);
            }
          };
      SamplingWork work = new SamplingWork(sampling, shape);
      return work.examine(work.tasks(peer).get(0)).get(0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void otherFiltersAreWrong(Sampling sampling) throws Exception {
    for (Sampling by : Sampling.values()) {
      Work.Finding finding = new Draws(by, 0).beside(sampling);
      assertEquals(by != sampling, finding.isWrong(), finding::description);
      assertTrue(finding.ourError() < 1e-6);
    }
  }

  @ParameterizedTest
  @EnumSource
  void thisLibraryIsRightInEveryShape(Sampling sampling) throws Exception {
    for (int classes : new int[] {1, 1000, 32_000, 128_256}) {
      Work.Finding finding = new Draws(sampling, 0).beside(sampling, new Shape(1, classes));
      assertFalse(finding.isWrong(), finding::description);
    }
  }

  @ParameterizedTest
  @EnumSource
  void otherNumbersAreWrong(Sampling sampling) throws Exception {
    assertTrue(new Draws(sampling, 0.03).beside(sampling).isWrong());
  }

  /** Probabilities of 0.63, 0.23, 0.09 and 0.05, at the temperature. */
  @Test
  void theNucleusEndsWithTheClassThatReachesIt() {
    double t = Sampling.TEMPERATURE;
    DrawOracle oracle =
        new DrawOracle(
            Sampling.TOP_P,
            new double[] {
              t * Math.log(0.05), t * Math.log(0.63), t * Math.log(0.09), t * Math.log(0.23)
            });
    assertTrue(oracle.leaves(new float[] {0, 1, 1, 1}));
    assertFalse(oracle.leaves(new float[] {0, 1, 0, 1}));
    assertEquals(0, error(oracle, 0.7, 2)); // the classes 1, 2, 3: borders at .663 and .758
    assertEquals(0, error(oracle, 0.7, 3)); // the classes 1, 3, 2: borders at .663 and .905
    assertEquals(0.7 - 0.63 / 0.95, error(oracle, 0.7, 1), 1e-12);
    assertEquals(0.3, error(oracle, 0.7, 0), 1e-12);
  }

  private static double error(DrawOracle oracle, double number, int drawn) {
    DrawOracle.Check check = oracle.new Check();
    check.see(number, drawn);
    return check.error();
  }
}
