package io.github.softmax4j;

/** Uses the library as a program would and prints which path it got. */
final class PathProbe {

  private PathProbe() {}

  public static void main(String[] args) {
    float[] logits = {2, 3, 4};
    float[] result = new float[3];
    Softmax.softmax(logits, result, 1, 3);
    CrossEntropy.builder().build().lossAndGradient(logits, new int[] {1}, result, 1, 3);
    System.out.println(ActivePath.get().kind());
    System.out.println(ActivePath.get().reason());
    System.out.println(ActivePath.get().vectorBits());
  }
}
