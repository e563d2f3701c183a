package io.muster.support.document;

import io.muster.support.document.Token.Kind;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** The steps of a parser, one after the other; both parsers throw at what they cannot read. */
interface Tokens {

    /** The next step; null at the end of the text. */
    @Nullable
    Token next();

    /** A text as JSON. */
    static Tokens json(String text) {
        // The reader's own bound of the depth is met first, and says so in words.
        JsonParser parser = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(Integer.MAX_VALUE)
                        .build())
                .build()
                .createParser(ObjectReadContext.empty(), text);
        return () -> {
            JsonToken token = parser.nextToken();
            return token == null ? null : token(token, parser);
        };
    }

    private static Token token(JsonToken token, JsonParser parser) {
        Kind kind = switch (token) {
            case START_OBJECT -> Kind.KEYS;
            case START_ARRAY -> Kind.LIST;
            case END_OBJECT, END_ARRAY -> Kind.END;
            case PROPERTY_NAME, VALUE_STRING -> Kind.QUOTED;
            default -> Kind.PLAIN;
        };
        return Token.of(kind, place(parser.currentTokenLocation()), parser.getString());
    }

    /** A text as YAML. */
    static Tokens yaml(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setParseComments(false)
                .setCodePointLimit(Math.max(text.length(), 1))
                .build();
        Iterator<Event> events = new Parse(settings).parseString(text).iterator();
        boolean[] begun = new boolean[1];
        return () -> {
            while (events.hasNext()) {
                Event event = events.next();
                if (event instanceof DocumentStartEvent && !begun[0]) {
                    begun[0] = true;
                } else {
                    Token token = token(event);
                    if (token != null) {
                        return token;
                    }
                }
            }

            return null;
        };
    }

    private static @Nullable Token token(Event event) {
        Place place = event.getStartMark().map(Tokens::place).orElse(Place.START);
        return switch (event) {
            case ScalarEvent scalar ->
                new Token(
                        scalar.isPlain() ? Kind.PLAIN : Kind.QUOTED,
                        place,
                        scalar.getValue(),
                        anchor(scalar.getAnchor()),
                        scalar.getTag());
            case SequenceStartEvent list -> new Token(Kind.LIST, place, "", anchor(list.getAnchor()), list.getTag());
            case MappingStartEvent keys -> new Token(Kind.KEYS, place, "", anchor(keys.getAnchor()), keys.getTag());
            case SequenceEndEvent ignored -> Token.of(Kind.END, place, "");
            case MappingEndEvent ignored -> Token.of(Kind.END, place, "");
            case AliasEvent alias ->
                Token.of(Kind.ALIAS, place, anchor(alias.getAnchor()).orElse(""));
            case DocumentStartEvent ignored -> Token.of(Kind.NEXT_DOCUMENT, place, "");
            default -> null;
        };
    }

    private static Optional<String> anchor(Optional<?> anchor) {
        return anchor.map(Object::toString);
    }

    static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    static Place place(TokenStreamLocation location) {
        return new Place(Math.max(location.getLineNr(), 1), Math.max(location.getColumnNr(), 1));
    }
}
