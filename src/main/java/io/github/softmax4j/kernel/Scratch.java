package io.github.softmax4j.kernel;

/** What a thread's calls need beside their arguments: kept, so that no call allocates. */
final class Scratch {

  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private final Rows lone = new LoneRow();
  private final Rows narrow = new NarrowRows();
  private final Rows wide = new WideRows();

  private Scratch() {}

  /** What the rows go through. A row's result does not depend on how many others come with it. */
  static Rows rows(int rows, int classes) {
    Scratch scratch = OF_THREAD.get();
    if (classes > NarrowRows.MOST_CLASSES) {
      return scratch.wide;
    }
    return rows <= LoneRow.MOST_ROWS ? scratch.lone : scratch.narrow;
  }
}
