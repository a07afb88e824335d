package io.github.softmax4j.internal.vector.math;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method whose last parameters are booleans, its flags (C2-10). The build makes one method
 * for each combination of flags. The method itself calls one of these.
 *
 * <p>Their names list the flags that are true: {@code pass$stores$weighted}, or {@code pass$none}.
 * A method has at most four flags and assigns none. Without that build step, results are the same
 * but slower.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface Specialize {}
