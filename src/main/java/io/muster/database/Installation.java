package io.muster.database;

import io.muster.support.Ids;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What there is once in an installation: the seed of its public ids. */
public final class Installation {

    private static final String SEED = """
        SELECT seed
        FROM installation
        """;

    private Installation() {}

    /** The public ids of the installation that has this database. */
    public static Ids ids(JdbcClient jdbc) {
        return new Ids(jdbc.sql(SEED).query(Long.class).single());
    }
}
