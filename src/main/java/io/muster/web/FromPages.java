package io.muster.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.web.bind.annotation.CrossOrigin;

/**
 * A call that pages of other origins make. Any page may ask whether it may; {@link Pages#admit} then refuses those that are
 * not of the project.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@CrossOrigin(
        origins = "*",
        allowedHeaders = {"content-type", "x-debug-token"},
        maxAge = 600)
@interface FromPages {}
