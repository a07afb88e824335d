package io.github.softmax4j.build;

import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.LineNumber;

/** Source lines of methods. */
final class Lines {

  private Lines() {}

  /** The first line of a method's code, or 0. */
  static int first(MethodModel method) {
    return method
        .code()
        .flatMap(
            code ->
                code.elementStream()
                    .filter(LineNumber.class::isInstance)
                    .map(line -> ((LineNumber) line).line())
                    .findFirst())
        .orElse(0);
  }
}
