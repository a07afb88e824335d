package io.github.softmax4j.kernel;

/** What a thread's calls need beside their arguments: kept, so that no call allocates. */
final class Scratch {

  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private final Rows narrow = new NarrowRows();
  private final Rows wide = new WideRows();

  private Scratch() {}

  /**
   * What the rows go through. Which kind depends on the number of classes alone, so that a row's
   * result does not depend on how many others come with it.
   */
  static Rows rows(int classes) {
    Scratch scratch = OF_THREAD.get();
    return classes <= NarrowRows.MOST_CLASSES ? scratch.narrow : scratch.wide;
  }
}
