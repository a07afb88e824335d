package io.github.softmax4j;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.provider.FieldSource;

/** A parameterized test of each of {@link Forms#OPERATIONS}. */
@FieldSource("io.github.softmax4j.Forms#OPERATIONS")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface EachOperation {}
