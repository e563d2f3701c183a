package io.muster.web.v3;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The form of answers.
 *
 * @param result left out when there is nothing to say
 * @param meta added when it is sent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Envelope<T>(
        @Nullable T result,
        @JsonProperty("meta") @Nullable Meta meta,
        @JsonIgnore Meta.@Nullable Warning warning) implements Answer {

    static <T> Envelope<T> of(T result) {
        return new Envelope<>(result, null, null);
    }

    /** Of a call that has nothing to say. */
    static Envelope<Void> done() {
        return new Envelope<>(null, null, null);
    }

    /** The same with a warning. */
    Envelope<T> warning(String code, String message) {
        return new Envelope<>(result, meta, new Meta.Warning(message, code));
    }

    @Override
    public Envelope<T> with(Meta added) {
        return new Envelope<>(result, added.with(warning), warning);
    }
}
