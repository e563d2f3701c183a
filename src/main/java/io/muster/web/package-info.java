/**
 * The HTTP server of the server role: Spring MVC on Jetty, and the port of its metrics. {@link io.muster.web.WebServer} starts
 * it; a front like the command line, it has controllers only and asks the services of {@code app}.
 *
 * <p>A controller is package-private, listed in {@code WebConfiguration}, and answers with records. It asks for what it needs
 * by its parameters, the caller first, so that a call is refused before its body is looked at:
 *
 * <pre>{@code
 * @GetMapping("/v1/things")
 * List<ThingView> list(@Needs(Scope.READ) Caller caller, @RequestParam String directory) {
 *     caller.requireDirectory(directory);
 *     return things.list(directory);
 * }
 * }</pre>
 *
 * <p>{@code Optional<Caller>} is there where no token is needed; it is empty for a wrong one too. {@code @BodyLimit} lets a
 * body be larger than 64 KB. Refusals and all other exceptions become errors of one form in {@code ErrorAnswers}. Calls from
 * pages are marked {@code @FromPages} and checked with {@code Pages}; {@code Rates} counts them by address. The remote address
 * of a request is the client's, whatever proxy is in between.
 */
@NullMarked
package io.muster.web;

import org.jspecify.annotations.NullMarked;
