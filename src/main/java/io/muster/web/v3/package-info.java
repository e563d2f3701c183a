/**
 * The v3 API: calls that clients of the public v3 API of survey platforms send, answered in the form that they read. Its
 * addresses, who is asking, envelopes, pages and errors are here; each group of calls is a controller.
 *
 * <p>A controller is package-private, listed in {@code V3Configuration}, and asks for what it needs by its parameters, the caller
 * first:
 *
 * <pre>{@code
 * @GetMapping("/API/v3/directories/{directory}/things")
 * Envelope<V3Page<Thing>> list(
 *         @Needs(Scope.READ) Caller caller, @PathVariable String directory, @PageSize(200) PageAsk ask) {
 *     String id = doors.directory(caller, directory);            // 404 UNKNOWN_DIRECTORY
 *     List<Thing> things = this.things.list(id, ask.position(), ask.size());
 *     return Envelope.of(ask.page(things, nextPosition));
 * }
 *
 * @PutMapping("/API/v3/directories/{directory}/things/{thing}")
 * Envelope<Void> update(@Needs(Scope.MANAGE) Caller caller, @PathVariable String directory, V3Body body) {
 *     String name = body.text("name").orElseThrow(() -> V3Exception.badField("name", "is missing"));
 *     …
 *     return Envelope.done();
 * }
 * }</pre>
 *
 * <p>Refusals and all other exceptions become errors of the API in {@code V3Errors}; {@code @BodyLimit} sets another limit than
 * 1 MB. Whoever calls was recognised before by {@code V3Filter}, so that an unknown caller learns nothing of addresses.
 */
@NullMarked
package io.muster.web.v3;

import org.jspecify.annotations.NullMarked;
