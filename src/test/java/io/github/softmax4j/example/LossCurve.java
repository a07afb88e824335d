package io.github.softmax4j.example;

import java.nio.file.Files;
import java.nio.file.Path;

/** Prints the losses of a short run with all their digits: the other side of a comparison. */
final class LossCurve {

  private LossCurve() {}

  public static void main(String[] args) throws Exception {
    for (double loss : ofShortRun()) {
      System.out.println(loss);
    }
  }

  static double[] ofShortRun() throws Exception {
    return NextCharacter.lossCurve(
        Files.readString(Path.of("LICENSE")), NextCharacter.SHORT_RUN, 42);
  }
}
