const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
const word = 'VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
const key = 'VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';

const tables = {
  concerts: `id ${id} PRIMARY KEY, sales_open_at DATETIME(3) NOT NULL, max_seats_per_fan INT NOT NULL`,
  schedules: `id ${id} PRIMARY KEY, concert_id ${id}, starts_at DATETIME(3) NOT NULL`,
  seats: `id ${id} PRIMARY KEY, schedule_id ${id}, label VARCHAR(64) NOT NULL, price INT NOT NULL, status ${word},
    reservation_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    KEY seats_reserved (reservation_id), KEY seats_of_schedule (schedule_id)`,
  tickets: `id ${id} PRIMARY KEY, concert_id ${id}, user_id ${id}, status ${word}, expires_at DATETIME(3) NOT NULL,
    KEY tickets_of_fan (user_id)`,
  wallets: `user_id ${id} PRIMARY KEY, balance INT NOT NULL`,
  ledger: `id BIGINT AUTO_INCREMENT PRIMARY KEY, user_id ${id}, payment_id ${id}, kind ${word}, amount INT NOT NULL,
    balance_after INT NOT NULL, created_at DATETIME(3) NOT NULL, KEY ledger_of_fan (user_id)`,
  reservations: `id ${id} PRIMARY KEY, user_id ${id}, ticket_id ${id}, concert_id ${id}, schedule_id ${id}, status ${word},
    total INT NOT NULL, created_at DATETIME(3) NOT NULL, expires_at DATETIME(3) NOT NULL, confirmed_at DATETIME(3) NULL,
    idempotency_key ${key}, UNIQUE KEY reservations_once (user_id, idempotency_key),
    KEY reservations_due (status, expires_at)`,
  reservation_seats: `reservation_id ${id}, position INT NOT NULL, seat_id ${id}, label VARCHAR(64) NOT NULL,
    price INT NOT NULL, PRIMARY KEY (reservation_id, position)`,
  payments: `id ${id} PRIMARY KEY, reservation_id ${id}, user_id ${id}, amount INT NOT NULL, status ${word},
    created_at DATETIME(3) NOT NULL, idempotency_key ${key}, UNIQUE KEY payments_of (reservation_id),
    UNIQUE KEY payments_once (user_id, idempotency_key)`,
  deliveries: `id BIGINT AUTO_INCREMENT PRIMARY KEY, target ${word}, payload TEXT NOT NULL, status ${word},
    created_at DATETIME(3) NOT NULL`,
};

export async function createTables(pool) {
  for (const [name, columns] of Object.entries(tables)) {
    await pool.query(`CREATE TABLE IF NOT EXISTS ${name} (${columns}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`);
  }
}
