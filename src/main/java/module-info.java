/**
 * Softmax, log-softmax, log-sum-exp and cross-entropy over flat {@code float[]}.
 *
 * <p>The fast kernels need the incubating Vector API, which a module cannot require for its users:
 * start the JVM with {@code --add-modules jdk.incubator.vector}. Without it the scalar path gives
 * the same results, slower; {@link io.github.softmax4j.ActivePath} tells which one runs and why.
 */
module io.github.softmax4j {
  requires static jdk.management;

  exports io.github.softmax4j;
}
