/** The purchase's part of gateway/contract.graphql. */
export const typeDefs = `
  scalar DateTime

  type Query { isUp: Boolean! }

  type Mutation {
    holdSeats(input: HoldSeatsInput!): HoldSeatsResult!
    pay(input: PayInput!): PayResult!
  }

  input HoldSeatsInput {
    scheduleId: ID!
    seatIds: [ID!]!
    admissionToken: String!
    idempotencyKey: String!
  }
  union HoldSeatsResult = SeatHold | SeatsTaken | Refusal
  type SeatHold { reservationId: ID! seats: [Seat!]! total: Int! expiresAt: DateTime! }
  type Seat { id: ID! label: String! price: Int! }
  type SeatsTaken { seatIds: [ID!]! message: String! }

  input PayInput { reservationId: ID! idempotencyKey: String! }
  union PayResult = Payment | Refusal
  type Payment { id: ID! amount: Int! status: String! failure: String createdAt: DateTime! }

  type Refusal { code: String! message: String! retryable: Boolean! }
`;
