import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import type { Language } from './formats.ts';

/** Why points went back, as a fan is told. */
type Reasons = Readonly<Record<ReservationEnd, string>>;

interface Texts {
  readonly confirmed: { subject: (title: string) => string; said: string; link: string; footnote: string };
  readonly moved: {
    subject: (title: string) => string;
    said: string;
    until: (evening: string) => string;
    link: string;
    footnote: string;
  };
  readonly refunded: {
    subject: (title: string | undefined) => string;
    said: (points: string) => string;
    because: Reasons;
    link: string;
    footnote: string;
  };
  readonly EMAIL_CONFIRMATION: { subject: string; said: string; link: string; footnote: string };
  readonly PASSWORD_RESET: { subject: string; said: string; link: string; footnote: string };
  readonly facts: {
    date: string;
    before: string;
    venue: string;
    artist: string;
    seats: string;
    paid: string;
    refunded: string;
  };
}

const en: Texts = {
  confirmed: {
    subject: (title) => `Your tickets: ${title}`,
    said: 'Your seats are paid and yours. Show your tickets at the door, on your phone or on paper.',
    link: 'Show my tickets',
    footnote: 'You can cancel until the show begins, and get your points back.',
  },
  moved: {
    subject: (title) => `A new date: ${title}`,
    said: 'The show takes place at another time. Your tickets stay good, and there is nothing that you have to do.',
    until: (evening) => `If you cannot come, you can cancel until ${evening}, and get your points back.`,
    link: 'Show my tickets',
    footnote: 'The calendar file that comes with this mail has the new time.',
  },
  refunded: {
    subject: (title) => (title === undefined ? 'Your points are back' : `Cancelled and refunded: ${title}`),
    said: (points) => `${points} are back in your wallet.`,
    because: {
      CANCELLED_BY_FAN: 'You cancelled this purchase. Its tickets are void.',
      SALE_FAILED: 'The seats could not be sold to you. We are sorry.',
      SHOW_CANCELLED: 'The show was cancelled and does not take place. Your tickets are void. We are sorry.',
      COMPENSATED: 'The purchase could not be completed, so we took it back. We are sorry.',
      HOLD_EXPIRED: 'Your payment came after the hold had ended, and the seats were free again.',
      PAYMENT_FAILED: 'The payment could not be made.',
    },
    link: 'Show the purchase',
    footnote: 'There is nothing that you have to do.',
  },
  EMAIL_CONFIRMATION: {
    subject: 'Confirm your e-mail address',
    said: 'Somebody made an account at Frontrow with this e-mail address. If that was you, please confirm it, so that your tickets reach you.',
    link: 'Confirm my e-mail address',
    footnote: 'The link is good for three days. If it was not you, there is nothing that you have to do.',
  },
  PASSWORD_RESET: {
    subject: 'Choose a new password',
    said: 'Somebody asked for a new password for your account at Frontrow. If that was you, choose one here.',
    link: 'Choose a new password',
    footnote:
      'The link is good once, for 30 minutes. If it was not you, there is nothing that you have to do: your password stays as it is.',
  },
  facts: {
    date: 'Date',
    before: 'Instead of',
    venue: 'Venue',
    artist: 'Artist',
    seats: 'Seats',
    paid: 'Paid',
    refunded: 'Refunded',
  },
};

const ko: Texts = {
  confirmed: {
    subject: (title) => `예매가 완료되었습니다: ${title}`,
    said: '결제가 완료되어 좌석이 확정되었습니다. 입장할 때 휴대전화나 인쇄물로 티켓을 보여 주세요.',
    link: '내 티켓 보기',
    footnote: '공연이 시작되기 전까지 취소할 수 있으며, 포인트는 돌려드립니다.',
  },
  moved: {
    subject: (title) => `공연 일정이 바뀌었습니다: ${title}`,
    said: '공연이 다른 시간에 열립니다. 티켓은 그대로 사용할 수 있으며, 따로 하실 일은 없습니다.',
    until: (evening) => `오실 수 없다면 ${evening}까지 취소할 수 있으며, 포인트는 돌려드립니다.`,
    link: '내 티켓 보기',
    footnote: '이 메일에 첨부된 캘린더 파일에 새 일정이 들어 있습니다.',
  },
  refunded: {
    subject: (title) => (title === undefined ? '포인트가 환불되었습니다' : `취소 및 환불 안내: ${title}`),
    said: (points) => `${points}가 지갑으로 환불되었습니다.`,
    because: {
      CANCELLED_BY_FAN: '회원님이 예매를 취소하셨습니다. 티켓은 더 이상 사용할 수 없습니다.',
      SALE_FAILED: '좌석을 판매해 드리지 못했습니다. 죄송합니다.',
      SHOW_CANCELLED: '공연이 취소되어 열리지 않습니다. 티켓은 더 이상 사용할 수 없습니다. 죄송합니다.',
      COMPENSATED: '예매를 완료하지 못해 취소했습니다. 죄송합니다.',
      HOLD_EXPIRED: '좌석 선점 시간이 끝난 뒤에 결제되어, 좌석이 이미 해제되었습니다.',
      PAYMENT_FAILED: '결제가 이루어지지 않았습니다.',
    },
    link: '예매 내역 보기',
    footnote: '따로 하실 일은 없습니다.',
  },
  EMAIL_CONFIRMATION: {
    subject: '이메일 주소를 확인해 주세요',
    said: '이 이메일 주소로 Frontrow 계정이 만들어졌습니다. 본인이 맞다면 티켓을 받을 수 있도록 주소를 확인해 주세요.',
    link: '이메일 주소 확인',
    footnote: '링크는 3일 동안 유효합니다. 본인이 아니라면 아무것도 하지 않으셔도 됩니다.',
  },
  PASSWORD_RESET: {
    subject: '새 비밀번호를 정해 주세요',
    said: 'Frontrow 계정의 비밀번호를 다시 정해 달라는 요청이 있었습니다. 본인이 맞다면 여기에서 새 비밀번호를 정해 주세요.',
    link: '새 비밀번호 정하기',
    footnote:
      '링크는 30분 동안 한 번만 쓸 수 있습니다. 본인이 아니라면 아무것도 하지 않으셔도 되며, 비밀번호는 그대로입니다.',
  },
  facts: {
    date: '일시',
    before: '변경 전',
    venue: '장소',
    artist: '아티스트',
    seats: '좌석',
    paid: '결제',
    refunded: '환불',
  },
};

export const texts: Readonly<Record<Language, Texts>> = { en, ko };
