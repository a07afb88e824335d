package io.github.softmax4j;

import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.MatrixProduct;
import io.github.softmax4j.internal.Pool;
import io.github.softmax4j.internal.select.Kernels;

/** What all operations share. {@link Startup#ensure} comes before the first use. */
final class Active {

  /** The kernel of this JVM. */
  static final Kernel KERNEL = Kernels.ACTIVE;

  /** Matrix products with their working memory. */
  static final Pool<MatrixProduct> PRODUCTS = new Pool<>(KERNEL::newProduct);

  private Active() {}
}
