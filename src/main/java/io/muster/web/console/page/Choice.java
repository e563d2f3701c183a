package io.muster.web.console.page;

/**
 * Something to choose in a form.
 *
 * @param value what the form sends
 * @param name what people read
 */
public record Choice(String value, String name, boolean chosen) {}
