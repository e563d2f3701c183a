package io.muster.sample;

import java.io.IOException;
import java.io.InputStream;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Names, cities and phone numbers of one language, as {@code sample/cultures.yaml} has them. */
record Culture(
        String language,
        List<Name> women,
        List<Name> men,
        List<Name> family,
        List<Name> familyWomen,
        List<String> cities,
        List<String> phones) {

    /** Letters that have no accent to take away. */
    private static final List<String> PLAIN =
            List.of("ß=ss", "æ=ae", "ø=o", "ł=l", "đ=d", "þ=th", "ð=d", "ı=i", "œ=oe", "ä=ae", "ö=oe", "ü=ue", "å=aa");

    /** A name and how it is written in an email address. */
    record Name(String text, String latin) {

        static Name parse(String written) {
            int equals = written.indexOf('=');
            return equals < 0
                    ? new Name(written, latin(written))
                    : new Name(written.substring(0, equals), written.substring(equals + 1));
        }

        private static String latin(String text) {
            String lower = Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
            for (String pair : PLAIN) {
                int equals = pair.indexOf('=');
                lower = lower.replace(pair.substring(0, equals), pair.substring(equals + 1));
            }

            return Normalizer.normalize(lower, Normalizer.Form.NFD).replaceAll("[^a-z]", "");
        }
    }

    /** All of them, in the order of the file. */
    static List<Culture> all() {
        try (InputStream in = Culture.class.getResourceAsStream("/sample/cultures.yaml")) {
            List<Culture> cultures = new ArrayList<>();
            for (JsonNode node : new YAMLMapper().readTree(in)) {
                List<Name> family = names(node.path("family"));
                List<Name> ofWomen = names(node.path("familyWomen"));
                cultures.add(new Culture(
                        node.path("language").asString(),
                        names(node.path("women")),
                        names(node.path("men")),
                        family,
                        ofWomen.isEmpty() ? family : ofWomen,
                        texts(node.path("cities")),
                        texts(node.path("phones"))));
            }

            return cultures;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    String phone(Random random) {
        String form = phones.get(random.nextInt(phones.size()));
        StringBuilder number = new StringBuilder();
        form.chars().forEach(c -> number.append(c == '#' ? (char) ('0' + random.nextInt(10)) : (char) c));
        return number.toString();
    }

    private static List<Name> names(JsonNode node) {
        return texts(node).stream().map(Name::parse).toList();
    }

    private static List<String> texts(JsonNode node) {
        return node.valueStream().map(JsonNode::asString).toList();
    }
}
