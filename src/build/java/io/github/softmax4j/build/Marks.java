package io.github.softmax4j.build;

import java.lang.classfile.Annotation;
import java.lang.classfile.Attributes;
import java.lang.classfile.MethodModel;
import java.util.Optional;

/** The annotations by which methods ask for the build step. */
final class Marks {

  private static final String INLINE = "/Inline;";
  private static final String SPECIALIZE = "/Specialize;";

  private Marks() {}

  static Optional<Annotation> inline(MethodModel method) {
    return find(method, INLINE);
  }

  static boolean isInline(MethodModel method) {
    return inline(method).isPresent();
  }

  static boolean isSpecialize(MethodModel method) {
    return find(method, SPECIALIZE).isPresent();
  }

  private static Optional<Annotation> find(MethodModel method, String mark) {
    return method
        .findAttribute(Attributes.runtimeInvisibleAnnotations())
        .map(found -> found.annotations().stream())
        .stream()
        .flatMap(annotations -> annotations)
        .filter(annotation -> annotation.className().stringValue().endsWith(mark))
        .findFirst();
  }
}
