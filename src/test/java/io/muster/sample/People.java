package io.muster.sample;

import io.muster.sample.Culture.Name;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** Makes up customers, each with an email address and a reference of its own. */
final class People {

    private static final List<String> DOMAINS = List.of(
            "example.com", "example.org", "example.net", "mail.example.com", "post.example", "work.example.org");
    private static final List<String> PLANS = List.of("free", "free", "free", "basic", "basic", "plus", "family");
    private static final List<String> TIERS = List.of("", "", "bronze", "bronze", "silver", "gold", "N/A");
    private static final List<String> NOTES = List.of(
            "Prefers calls after 6 pm\nand messages before that",
            "Says \"no leaflets, please\"",
            "Deliver to the back door;\nring twice,\nthen wait",
            "Ordered for a school, needs an invoice",
            "Moved here in 2025 📦",
            "Name is spelled as on the card, see \"papers\"");
    private static final LocalDate FIRST_RENEWAL = LocalDate.of(2026, 3, 1);

    private final List<Culture> cultures = Culture.all();
    private final Set<String> emails = new HashSet<>();
    private final Random random;
    private int reference = 100_000;

    People(Random random) {
        this.random = random;
    }

    Person next() {
        Culture culture = cultures.get(weighted(cultures.size()));
        boolean woman = random.nextBoolean();
        Name first = pick(woman ? culture.women() : culture.men());
        Name last = pick(woman ? culture.familyWomen() : culture.family());
        return Person.NOBODY
                .with(Column.REFERENCE, newReference())
                .with(Column.FIRST_NAME, first.text())
                .with(Column.LAST_NAME, last.text())
                .with(Column.EMAIL, random.nextInt(100) < 92 ? email(first, last) : "")
                .with(Column.PHONE, random.nextInt(100) < 70 ? culture.phone(random) : "")
                .with(Column.LANGUAGE, culture.language())
                .with(Column.UNSUBSCRIBED, optOut())
                .with(Column.PLAN, pick(PLANS))
                .with(Column.TIER, pick(TIERS))
                .with(Column.SPEND, spend())
                .with(Column.RENEWAL, renewal())
                .with(Column.CITY, pick(culture.cities()))
                .with(Column.NOTE, random.nextInt(100) < 4 ? pick(NOTES) : "");
    }

    /** One who has an email address. */
    Person nextWithEmail() {
        Person person = next();
        while (person.get(Column.EMAIL).isEmpty()) {
            person = next();
        }

        return person;
    }

    String newReference() {
        reference += 1 + random.nextInt(9);
        return "C-" + reference;
    }

    String spend() {
        return String.format(Locale.ROOT, "%d.%02d", random.nextInt(3000), random.nextInt(100));
    }

    /** An amount that differs from another. */
    String spendOtherThan(String amount) {
        String spend = spend();
        return spend.equals(amount) ? spendOtherThan(amount) : spend;
    }

    String renewal() {
        return FIRST_RENEWAL.plusDays(random.nextInt(365)).toString();
    }

    private String optOut() {
        return switch (random.nextInt(40)) {
            case 0 -> "true";
            case 1 -> "Yes";
            case 2 -> "1";
            case 3, 4, 5, 6 -> "false";
            case 7, 8 -> "no";
            default -> "";
        };
    }

    private String email(Name first, Name last) {
        String local = first.latin() + "." + last.latin();
        String domain = pick(DOMAINS);
        String email = local + "@" + domain;
        for (int i = 2; !emails.add(email); i++) {
            email = local + i + "@" + domain;
        }

        return email;
    }

    /** The first languages are the most frequent, as in a real shop. */
    private int weighted(int bound) {
        int one = random.nextInt(bound);
        int other = random.nextInt(bound);
        return Math.min(one, other);
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
