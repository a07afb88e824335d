package io.github.softmax4j;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Calls one operation near the end of the stack, the first time in this JVM, at each depth from the
 * end. Then calls it, and others, as usual. Prints what these give.
 */
final class StackProbe {

  private static final int DEPTHS = 400;
  private static final int CLASSES = 40;

  private static int unwound;

  private StackProbe() {}

  /** The operations, each with all that it can have. */
  enum Operation {
    SOFTMAX {
      @Override
      double run() {
        float[] x = logits(3);
        Softmax.softmax(x, x, 3, CLASSES);
        return x[1];
      }
    },
    MASKED {
      @Override
      double run() {
        float[] x = logits(3);
        Mask mask = Mask.causal(3, 9).and(Mask.bias(new float[CLASSES]));
        SoftmaxOptions options =
            SoftmaxOptions.builder().logitScale(0.5f).softCap(9).mask(mask).build();
        Softmax.logSoftmax(MatrixView.of(x, 3, CLASSES), MatrixView.of(x, 3, CLASSES), options);
        return x[1];
      }
    },
    OPTIONED_LOSS {
      @Override
      double run() {
        float[] weights = new float[CLASSES];
        Arrays.fill(weights, 3);
        Minibatch batch =
            Minibatch.of(3, CLASSES)
                .logits(logits(3))
                .labels(new int[] {1, -100, 3})
                .gradient(new float[3 * CLASSES])
                .entropy(new float[3])
                .argmax(new int[3]);
        return CrossEntropy.builder()
            .classWeights(weights)
            .labelSmoothing(0.1)
            .zLoss(0.1)
            .ignoreIndex(-100)
            .build()
            .lossAndGradient(batch);
      }
    },
    LOSS {
      @Override
      double run() {
        float[] x = {2, 3, 4};
        return CrossEntropy.builder().build().loss(x, new int[] {1}, 1, 3);
      }
    },
    BACKWARD {
      @Override
      double run() {
        float[] y = logits(3);
        Softmax.softmax(y, y, 3, CLASSES);
        float[] dx = new float[3 * CLASSES];
        Softmax.softmaxBackward(y, logits(3), dx, 3, CLASSES);
        return dx[1];
      }
    },
    SAMPLE {
      @Override
      double run() {
        Sampler sampler = Sampler.builder().topK(20).topP(0.9).minP(0.01).temperature(0.8).build();
        return sampler.sample(logits(1), 0, CLASSES, new SplittableRandom(1));
      }
    },
    LINEAR {
      @Override
      double run() {
        float[] z = new float[3 * 4];
        Linear.forward(logits(3), logits(4), null, z, 3, CLASSES, 4);
        return z[1];
      }
    },
    FUSED {
      @Override
      double run() {
        LinearBatch batch =
            LinearBatch.of(
                Minibatch.of(3, 4).labels(new int[3]),
                MatrixView.of(logits(3), 3, CLASSES),
                MatrixView.of(logits(4), 4, CLASSES));
        return LinearCrossEntropy.of(CrossEntropy.builder().build()).loss(batch);
      }
    };

    abstract double run();

    static float[] logits(int rows) {
      float[] x = new float[rows * CLASSES];
      for (int i = 0; i < x.length; i++) {
        x[i] = (i * 7 % 11) * 0.5f;
      }
      return x;
    }
  }

  public static void main(String[] arguments) {
    dive(Operation.valueOf(arguments[0]));
    for (Operation operation : Operation.values()) {
      System.out.println(operation + " " + operation.run());
    }
  }

  private static void dive(Operation operation) {
    try {
      dive(operation);
    } catch (StackOverflowError e) {
      // the end: from here on back
    }
    if (unwound++ < DEPTHS) {
      try {
        operation.run();
      } catch (Error e) {
        // there was too little stack
      }
    }
  }
}
