package io.github.softmax4j.cli;

import java.util.Random;

/** What the logits of the self-check look like. */
enum LogitPattern {
  /** As a network gives them. */
  ORDINARY {
    @Override
    float logit(Random random, int row, int column, int label) {
      return 3 * (float) random.nextGaussian();
    }
  },

  /** So far apart that most probabilities are next to nothing, with some at the edge of float. */
  WIDE {
    @Override
    float logit(Random random, int row, int column, int label) {
      return 80 * random.nextFloat() - 40;
    }
  },

  /** Far from 0: the exponential of such a logit itself overflows. */
  SHIFTED {
    @Override
    float logit(Random random, int row, int column, int label) {
      return 1000 + (float) random.nextGaussian();
    }
  },

  /** All the same: every probability is 1 / classes. */
  EQUAL {
    @Override
    float logit(Random random, int row, int column, int label) {
      return 2.5f;
    }
  },

  /** NaN, infinities and huge values; every row another kind, every other round at the label. */
  SPECIAL {
    @Override
    float logit(Random random, int row, int column, int label) {
      float usual = (float) random.nextGaussian();
      boolean atLabel = row / KINDS_OF_SPECIAL_ROW % 2 == 1;
      boolean chosen = column == (atLabel ? label : 0);
      float infinity = Float.POSITIVE_INFINITY;
      switch (row % KINDS_OF_SPECIAL_ROW) {
        case 0:
          return chosen ? Float.NaN : usual;
        case 1:
          return chosen ? infinity : usual;
        case 2:
          return chosen ? -infinity : usual;
        case 3:
          return -infinity;
        case 4:
          return chosen ? usual : -infinity;
        case 5:
          return chosen ? Float.NaN : infinity;
        case 6:
          return chosen ? 1e30f : usual;
        default:
          return usual; // a sound row beside the others
      }
    }
  };

  private static final int KINDS_OF_SPECIAL_ROW = 8;

  /** The rows at which {@link #SPECIAL} has shown all it has. */
  static final int ROWS_FOR_ALL_KINDS = 2 * KINDS_OF_SPECIAL_ROW;

  /** One logit; called column after column, row after row. */
  abstract float logit(Random random, int row, int column, int label);
}
