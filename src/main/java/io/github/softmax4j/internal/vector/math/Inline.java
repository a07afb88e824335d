package io.github.softmax4j.internal.vector.math;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a static method whose calls the build replaces by its code.
 *
 * <p>C2 makes objects of vectors that a call takes or gives, unless it inlines the call. The build
 * leaves it no choice. Without that step, results are the same, only slower.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface Inline {

  /**
   * Whether the code runs once, before the loops of the method that it ends up in, and its result
   * is kept in a local. All arguments are int constants then.
   *
   * <p>C2 does not move a load out of a loop within a loop. So vectors of constants would be loaded
   * again for each turn of the outer one.
   *
   * @return whether it runs once
   */
  boolean once() default false;
}
