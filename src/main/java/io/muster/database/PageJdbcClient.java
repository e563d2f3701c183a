package io.muster.database;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The client for general work, which pages use as well.
 *
 * @param reads what the page of a thread has read
 */
record PageJdbcClient(JdbcClient client, PageReads reads) implements JdbcClient {

    @Override
    public StatementSpec sql(String sql) {
        return client.sql(sql);
    }
}
