package io.github.softmax4j.internal.vector.math;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method whose last parameters are booleans. The build makes one method for each
 * combination of them, with the flags folded; the method itself becomes the choice among those.
 *
 * <p>Those are named by the flags that are true: {@code pass$stores$weighted}, or {@code pass$none}
 * for none. Stack traces and compiler logs show these names. There are at most four flags, and the
 * method assigns none of them. Without that step, results are the same, only slower.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface Specialize {}
