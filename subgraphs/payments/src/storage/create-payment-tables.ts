import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePaymentTables1760000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
    const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
    const reason = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';
    await runner.query(`
      CREATE TABLE wallets (
        user_id    ${id} NOT NULL PRIMARY KEY,
        balance    BIGINT NOT NULL,
        created_at DATETIME(3) NOT NULL,
        CONSTRAINT wallets_not_overdrawn CHECK (balance >= 0)
      ) ${options}`);
    await runner.query(`
      CREATE TABLE payables (
        reservation_id ${id} NOT NULL PRIMARY KEY,
        user_id        ${id} NOT NULL,
        total          BIGINT NULL,
        expires_at     DATETIME(3) NULL,
        status         ENUM('OPEN', 'PAID', 'FAILED', 'CLOSED') NOT NULL,
        reason         ${reason} NULL,
        CONSTRAINT payables_known CHECK (status = 'CLOSED' OR (total IS NOT NULL AND expires_at IS NOT NULL)),
        CONSTRAINT payables_reason CHECK ((status = 'CLOSED') = (reason IS NOT NULL))
      ) ${options}`);
    await runner.query(`
      CREATE TABLE payments (
        id             ${id} NOT NULL PRIMARY KEY,
        reservation_id ${id} NOT NULL,
        user_id        ${id} NOT NULL,
        amount         BIGINT NOT NULL,
        status         ENUM('COMPLETED', 'FAILED', 'REFUNDED') NOT NULL,
        failure        ${reason} NULL,
        created_at     DATETIME(3) NOT NULL,
        refunded_at    DATETIME(3) NULL,
        refund_reason  ${reason} NULL,
        UNIQUE KEY payments_reservation (reservation_id),
        CONSTRAINT payments_failure CHECK ((status = 'FAILED') = (failure IS NOT NULL)),
        CONSTRAINT payments_refunded CHECK ((status = 'REFUNDED') = (refunded_at IS NOT NULL)),
        CONSTRAINT payments_refund_reason CHECK ((status = 'REFUNDED') = (refund_reason IS NOT NULL))
      ) ${options}`);
    await runner.query(`
      CREATE TABLE ledger_lines (
        sequence      BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
        id            ${id} NOT NULL,
        movement_id   ${id} NOT NULL,
        account       ENUM('WALLET', 'HOUSE') NOT NULL,
        user_id       ${id} NULL,
        kind          ENUM('CHARGE', 'PAYMENT', 'REFUND') NOT NULL,
        amount        BIGINT NOT NULL,
        balance_after BIGINT NULL,
        payment_id    ${id} NULL,
        created_at    DATETIME(3) NOT NULL,
        UNIQUE KEY ledger_lines_id (id),
        KEY ledger_lines_history (user_id, sequence),
        CONSTRAINT ledger_lines_wallet CHECK ((account = 'WALLET') = (user_id IS NOT NULL)),
        CONSTRAINT ledger_lines_balance CHECK ((account = 'WALLET') = (balance_after IS NOT NULL))
      ) ${options}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['ledger_lines', 'payments', 'payables', 'wallets']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
