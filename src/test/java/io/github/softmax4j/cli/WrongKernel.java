package io.github.softmax4j.cli;

import io.github.softmax4j.kernel.Kernel;
import io.github.softmax4j.kernel.Kernels;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.DoubleUnaryOperator;

/** The scalar kernel with one thing spoilt. */
final class WrongKernel {

  /** Spoils the results of a call, in the arguments or in the returned value. */
  interface Fault {
    Object apply(Method method, Object[] arguments, Object result);
  }

  private WrongKernel() {}

  static Kernel with(Fault fault) {
    Kernel sound = Kernels.scalar();
    return (Kernel)
        Proxy.newProxyInstance(
            Kernel.class.getClassLoader(),
            new Class<?>[] {Kernel.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(sound, arguments);
                return method.getName().equals("lanes")
                    ? result
                    : fault.apply(method, arguments, result);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Every value that one operation writes is replaced. */
  static Kernel replacing(Operation spoilt, DoubleUnaryOperator replacement) {
    return with(
        (method, arguments, result) -> {
          if (operation(method) == spoilt) {
            float[] written = written(method, arguments);
            for (int i = 0; i < written.length; i++) {
              written[i] = (float) replacement.applyAsDouble(written[i]);
            }
          }
          return result;
        });
  }

  /** The operation of {@link Operation} that a call of this method is. */
  static Operation operation(Method method) {
    switch (method.getName()) {
      case "softmax":
        return Operation.SOFTMAX;
      case "logSoftmax":
        return Operation.LOG_SOFTMAX;
      case "logSumExp":
        return Operation.LOG_SUM_EXP;
      case "loss":
        return ofLabels(method) ? Operation.LOSS_OF_LABELS : Operation.LOSS_OF_TARGETS;
      case "lossAndGradient":
        return ofLabels(method) ? Operation.GRADIENT_OF_LABELS : Operation.GRADIENT_OF_TARGETS;
      default:
        throw new IllegalArgumentException(method.toString());
    }
  }

  /** The array that this call writes first: its matrix, or else its values per row. */
  static float[] written(Method method, Object[] arguments) {
    switch (operation(method)) {
      case SOFTMAX:
      case LOG_SOFTMAX:
      case LOG_SUM_EXP:
        return (float[]) arguments[3];
      case LOSS_OF_LABELS:
      case GRADIENT_OF_LABELS:
        return (float[]) arguments[5];
      default:
        return (float[]) arguments[6];
    }
  }

  private static boolean ofLabels(Method method) {
    return method.getParameterTypes()[3] == int[].class;
  }
}
