package io.github.softmax4j.cli;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.select.Kernels;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/** The scalar kernel with one thing spoilt. */
final class WrongKernel {

  /** Spoils the results of a call, in the arguments or in the returned value. */
  interface Fault {
    Object apply(Operation operation, Call call, Object result);
  }

  private WrongKernel() {}

  static Kernel with(Fault fault) {
    Kernel sound = Kernels.scalar();
    Set<Object> taken = Collections.newSetFromMap(new IdentityHashMap<>());
    return (Kernel)
        Proxy.newProxyInstance(
            Kernel.class.getClassLoader(),
            new Class<?>[] {Kernel.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(sound, arguments);
                if (method.getName().equals("takeCall")) {
                  taken.add(result);
                }
                if (arguments == null || isOfLogits(method) || isProduct(method)) {
                  return result;
                }
                Call call = (Call) arguments[0];
                boolean isStaged = !taken.contains(call);
                return fault.apply(operation(method, call, isStaged), call, result);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Every value that one operation writes is replaced. */
  static Kernel replacing(Operation spoilt, DoubleUnaryOperator replacement) {
    return with(
        (operation, call, result) -> {
          if (operation == spoilt) {
            float[] written = written(operation, call);
            for (int i = 0; i < written.length; i++) {
              written[i] = (float) replacement.applyAsDouble(written[i]);
            }
          }
          return result;
        });
  }

  /** Of logits before an operation, which has another method. */
  private static boolean isOfLogits(Method method) {
    return method.getName().equals("transform");
  }

  private static boolean isProduct(Method method) {
    return method.getName().equals("multiply");
  }

  /** The first value of each product is replaced. */
  static Kernel spoilingProducts() {
    Kernel sound = Kernels.scalar();
    return (Kernel)
        Proxy.newProxyInstance(
            Kernel.class.getClassLoader(),
            new Class<?>[] {Kernel.class},
            (proxy, method, arguments) -> {
              Object result = method.invoke(sound, arguments);
              if (isProduct(method)) {
                float[] out = (float[]) arguments[4];
                out[0] = Math.nextUp(out[0]);
              }
              return result;
            });
  }

  /** The operation of {@link Operation} that a call of this method is. */
  private static Operation operation(Method method, Call call, boolean isStaged) {
    switch (method.getName()) {
      case "softmax":
        return isStaged ? Operation.SOFTMAX_WITH_OPTIONS : Operation.SOFTMAX;
      case "logSoftmax":
        return Operation.LOG_SOFTMAX;
      case "logSumExp":
        return Operation.LOG_SUM_EXP;
      case "loss":
        return call.labels.isGiven() ? Operation.LOSS_OF_LABELS : Operation.LOSS_OF_TARGETS;
      case "softmaxBackward":
        return Operation.SOFTMAX_BACKWARD;
      case "logSoftmaxBackward":
        return Operation.LOG_SOFTMAX_BACKWARD;
      case "lossAndGradient":
        if (call.loss.isGiven) {
          return Operation.GRADIENT_WITH_OPTIONS;
        }
        return call.labels.isGiven() ? Operation.GRADIENT_OF_LABELS : Operation.GRADIENT_OF_TARGETS;
      default:
        throw new IllegalArgumentException(method.toString());
    }
  }

  /** The array that this call writes first: its matrix, or else its values per row. */
  static float[] written(Operation operation, Call call) {
    switch (operation) {
      case LOG_SUM_EXP:
      case LOSS_OF_LABELS:
      case LOSS_OF_TARGETS:
        return call.perRow.array;
      default:
        return call.out.array;
    }
  }
}
