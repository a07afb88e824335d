package io.github.softmax4j.cli;

import io.github.softmax4j.cli.Operation.Option;
import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.LossOptions;
import io.github.softmax4j.internal.select.Kernels;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;

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
    return Stream.of(Operation.values())
        .filter(o -> isOf(o, method) && isOf(o, call) && o.has(Option.LENGTHS) == isStaged)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(method.toString()));
  }

  private static boolean isOf(Operation operation, Method method) {
    Operation plain = Operation.valueOf(operation.kind().name());
    return plain.methodName().equals(method.getName());
  }

  private static boolean isOf(Operation operation, Call call) {
    LossOptions options = call.loss.options;
    return operation.hasTargets() == call.targets.isGiven
        && operation.has(Option.SMOOTHING) == options.smoothing() > 0
        && operation.has(Option.WEIGHTS) == (options.classWeights() != null)
        && operation.has(Option.Z_LOSS) == options.zLoss() > 0;
  }

  /** The array that this call writes first: its matrix, or else its values per row. */
  static float[] written(Operation operation, Call call) {
    return operation.hasMatrix() ? call.out.array : call.perRow.array;
  }
}
