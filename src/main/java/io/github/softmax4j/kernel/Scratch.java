package io.github.softmax4j.kernel;

/** What a thread's calls need beside their arguments: kept, so that no call allocates. */
final class Scratch {

  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  /** The lanes of one vector. */
  final float[] lanes = new float[Lanes.LANES];

  /** Rows of few classes, turned. */
  final Tile tile = new Tile();

  private float[] blockMaxima = new float[0];

  private Scratch() {}

  static Scratch get() {
    return OF_THREAD.get();
  }

  /** The maximum of each block of a row of {@code n}: what its exponentials are relative to. */
  float[] blockMaxima(int n) {
    int blocks = (n - 1) / Blocks.SIZE + 1;
    if (blockMaxima.length < blocks) {
      blockMaxima = new float[blocks];
    }
    return blockMaxima;
  }
}
