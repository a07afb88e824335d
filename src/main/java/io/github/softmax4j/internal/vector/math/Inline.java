package io.github.softmax4j.internal.vector.math;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a static method whose calls the build replaces by its code (C2-1).
 *
 * <p>Without that build step, results are the same but slower.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface Inline {

  /**
   * Whether the code runs once, before the loops of the calling method (C2-11). A local keeps the
   * result. All arguments are int constants.
   *
   * @return whether it runs once
   */
  boolean once() default false;
}
