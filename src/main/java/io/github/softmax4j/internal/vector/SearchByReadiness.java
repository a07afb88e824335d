package io.github.softmax4j.internal.vector;

import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.Search;
import io.github.softmax4j.internal.vector.lanewise.LanewiseSearch;
import io.github.softmax4j.internal.vector.math.VectorSearch;

/** Searches by vectors once they are compiled, and by plain Java with the same bits before. */
final class SearchByReadiness implements Search {

  private final Training training;

  private final LanewiseSearch lanewise = new LanewiseSearch();

  /** The search by vectors; {@code null} before it is ready. */
  private VectorSearch vectors;

  SearchByReadiness(Training training) {
    this.training = training;
  }

  private Search search(int elements) {
    if (Readiness.isReady(Readiness.SEARCH, 0)) {
      if (vectors == null) {
        vectors = new VectorSearch();
      }
      return vectors;
    }
    if (Readiness.count(Readiness.SEARCH, 0, elements)) {
      training.request(new SearchCase());
    }
    return lanewise;
  }

  @Override
  public int firstAbove(float[] x, int from, int to, float bound) {
    return search(to - from).firstAbove(x, from, to, bound);
  }

  @Override
  public float max(float[] x, int from, int to) {
    return search(to - from).max(x, from, to);
  }

  @Override
  public int firstBetween(float[] x, int from, int to, float low, float high) {
    return search(to - from).firstBetween(x, from, to, low, high);
  }

  @Override
  public double sumAbove(float[] x, int from, float bound, float[] p, int start, int end) {
    return search(end - start).sumAbove(x, from, bound, p, start, end);
  }

  @Override
  public void zeroUpTo(float[] x, int from, float bound, float[] p, int n) {
    search(n).zeroUpTo(x, from, bound, p, n);
  }

  /** All searches, in rows that they find something in and in rows that they do not. */
  private static final class SearchCase extends TrainingCase {

    private static final int LENGTH = 603;

    private VectorSearch search;
    private float[] x;
    private float[] p;

    /** What the searches found, so that they are not removed. */
    private double found;

    SearchCase() {
      super(Readiness.SEARCH, 0);
    }

    @Override
    void prepare() {
      search = new VectorSearch();
      x = new float[LENGTH];
      p = new float[LENGTH];
      for (int i = 0; i < LENGTH; i++) {
        x[i] = i % 97;
      }
    }

    @Override
    void run(Kernel kernel) {
      found += search.firstAbove(x, 0, LENGTH, 90) + search.firstAbove(x, 0, LENGTH, 100);
      found += search.max(x, 0, LENGTH);
      found += search.firstBetween(x, 0, LENGTH, 90, 92);
      found += search.firstBetween(x, 0, LENGTH, 97, 98);
      found += search.sumAbove(x, 0, 50, x, 0, LENGTH);
      search.zeroUpTo(x, 0, 50, p, LENGTH);
    }
  }
}
